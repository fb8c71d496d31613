'use strict';
(() => {
  const byId = id => document.getElementById(id);

  // Categories: sort by the column whose heading is pressed.
  const table = byId('categories');
  const keyOf = (row, column) => {
    const data = row.cells[column].querySelector('data');
    return data ? Number(data.value) : column === 0 ? row.cells[0].textContent : -1;
  };
  table.querySelectorAll('thead button').forEach(button => button.addEventListener('click', () => {
    const head = button.parentElement;
    const column = head.cellIndex;
    const first = column === 0 ? 'ascending' : 'descending';
    const second = column === 0 ? 'descending' : 'ascending';
    const order = head.getAttribute('aria-sort') === first ? second : first;
    table.querySelectorAll('[aria-sort]').forEach(other => other.removeAttribute('aria-sort'));
    head.setAttribute('aria-sort', order);
    const sign = order === 'ascending' ? 1 : -1;
    const compare = (a, b) => typeof a === 'string' ? a.localeCompare(b) : a - b;
    const rows = [...table.tBodies[0].rows];
    rows.sort((a, b) => sign * compare(keyOf(a, column), keyOf(b, column)));
    table.tBodies[0].append(...rows);
  }));

  // Precision and recall: redraw for another overlap or category.
  const type = byId('curve-type');
  if (type) {
    const curves = JSON.parse(byId('curves').textContent);
    const category = byId('curve-category');
    const paths = document.querySelectorAll('.plot .k');
    const areas = document.querySelectorAll('.legend b');
    const frame = {left: 56, top: 10, width: 380, height: 260};
    const draw = () => {
      const chosen = curves[type.value][category.value] || [];
      paths.forEach((path, k) => {
        const points = chosen[k] || [];
        let d = '';
        let pen = false;
        points.forEach((value, i) => {
          if (value >= 0) {
            const x = frame.left + frame.width * i / (points.length - 1);
            const y = frame.top + frame.height * (1 - value / 1000);
            d += (pen ? 'L' : 'M') + x.toFixed(1) + ' ' + y.toFixed(1);
          }
          pen = value >= 0;
        });
        path.setAttribute('d', d);
        const defined = points.filter(value => value >= 0);
        const mean = defined.reduce((sum, value) => sum + value, 0) / defined.length / 1000;
        areas[k].textContent = defined.length ? mean.toFixed(3) : '–';
      });
    };
    type.addEventListener('change', draw);
    category.addEventListener('change', draw);
  }

  // Images: what is drawn on them, which of them are shown, and one at a time in large.
  if (byId('gallery')) {
    const figures = [...document.querySelectorAll('#gallery figure')];
    const score = byId('score');
    const fade = () => {
      byId('score-shown').textContent = Number(score.value).toFixed(2);
      document.querySelectorAll('[data-score]').forEach(drawn =>
        drawn.classList.toggle('off', Number(drawn.dataset.score) < Number(score.value)));
    };
    const filter = () => {
      const pick = byId('pick').value;
      const place = byId('category').value;
      let shown = 0;
      figures.forEach(figure => {
        const fits = (pick === '' || figure.dataset.pick === pick)
          && (place === '' || figure.dataset.places.split(' ').includes(place));
        figure.classList.toggle('off', !fits);
        shown += fits ? 1 : 0;
      });
      byId('shown').textContent = shown === figures.length
        ? figures.length + ' images; press one to enlarge it' : shown + ' of ' + figures.length + ' images';
    };
    score.addEventListener('input', fade);
    byId('pick').addEventListener('change', filter);
    byId('category').addEventListener('change', filter);
    document.querySelectorAll('[data-hides]').forEach(box => box.addEventListener('change', () =>
      document.body.classList.toggle(box.dataset.hides, !box.checked)));
    figures.forEach(figure => figure.querySelector('button').addEventListener('click', () => {
      const copies = [figure.querySelector('figcaption'), figure.querySelector('svg')].map(part => part.cloneNode(true));
      byId('zoom').querySelector('div').replaceChildren(...copies);
      byId('zoom').showModal();
    }));
    fade();
    filter();
  }
})();
