"""Makes cases of the fuzz test: small random data sets and what an independent evaluator computes from them.
usage: make_fuzz.py REFERENCE_EVALUATOR.py COUNT OUT.jsonl.gz"""
import gzip, hashlib, importlib.util, io, json, random, struct, sys

spec = importlib.util.spec_from_file_location('reference', sys.argv[1])
reference = importlib.util.module_from_spec(spec)
spec.loader.exec_module(reference)


def to_text(counts):
    text = []
    for i, count in enumerate(counts):
        x = count - counts[i - 2] if i > 2 else count
        more = True
        while more:
            c = x & 31
            x >>= 5
            more = x != -1 if c & 16 else x != 0
            text.append(chr((c | 32 if more else c) + 48))
    return ''.join(text)


def counts_of(h, w, inside):
    counts, last, run = [], False, 0
    for x in range(w):
        for y in range(h):
            if inside(x, y) != last:
                counts.append(run)
                last, run = not last, 0
            run += 1
    return counts + [run]


def shape(rng, h, w, quantum):
    bw, bh = rng.randint(1, w // 2 + 1), rng.randint(1, h // 2 + 1)
    x, y = rng.randint(0, w - bw), rng.randint(0, h - bh)
    q = lambda v: v // quantum * quantum
    return [q(x), q(y), max(1, q(bw)), max(1, q(bh))]


def jitter(rng, box, h, w):
    x, y, bw, bh = [v + rng.choice((-2, -1, 0, 0, 0, 1, 2)) for v in box]
    x, y = min(max(x, 0), w - 1), min(max(y, 0), h - 1)
    return [x, y, max(1, min(bw, w - x)), max(1, min(bh, h - y))]


def mask(rng, kind, box, h, w):
    x, y, bw, bh = box
    if kind == 0:
        inside = lambda c, r: x <= c < x + bw and y <= r < y + bh
    else:
        cx, cy = x + bw / 2 - .5, y + bh / 2 - .5
        inside = lambda c, r: ((c - cx) / (bw / 2)) ** 2 + ((r - cy) / (bh / 2)) ** 2 <= 1
    return counts_of(h, w, inside)


def data_set(seed):
    rng = random.Random(seed)
    cats = rng.sample(range(1, 9), rng.randint(1, 3))
    quantum = rng.choice((1, 1, 2, 4))
    levels = rng.choice((3, 10, 100))
    images, annotations, detections = [], [], []
    ids = rng.sample(range(0, 50), rng.randint(1, 4))
    for i in ids:
        scale = rng.choice((1, 1, 3, 7))
        h, w = rng.randint(12, 20) * scale, rng.randint(12, 20) * scale
        images.append(dict(id=i, height=h, width=w))
        for _ in range(rng.randint(0, 5)):
            box = shape(rng, h, w, quantum)
            cat = rng.choice(cats)
            kind = rng.randint(0, 1)
            crowd = int(rng.random() < .15)
            counts = mask(rng, kind, box, h, w)
            seg = dict(size=[h, w], counts=to_text(counts) if rng.random() < .7 else counts)
            x, y, bw, bh = box
            if not crowd and kind == 0 and rng.random() < .5:
                seg = [[x, y, x, y + bh, x + bw, y + bh, x + bw, y]]
            area = sum(counts[1::2]) if rng.random() < .8 else rng.choice((1024, 9216, bw * bh))
            annotations.append(dict(id=len(annotations) + 1 + rng.randint(0, 1) * 1000, image_id=i, category_id=cat,
                                    bbox=box, area=area, iscrowd=crowd, segmentation=seg))
            for _ in range(rng.choice((0, 1, 1, 2, 3))):
                found = jitter(rng, box, h, w)
                detections.append((i, cat if rng.random() < .8 else rng.choice(cats), found, rng.randint(0, 1), h, w))
        for _ in range(rng.randint(0, 2)):
            detections.append((i, rng.choice(cats), shape(rng, h, w, quantum), rng.randint(0, 1), h, w))
    rng.shuffle(detections)
    rng.shuffle(annotations)
    if not detections:
        detections.append((images[0]['id'], cats[0], [0, 0, 3, 3], 0, images[0]['height'], images[0]['width']))
    dets = [dict(image_id=i, category_id=c, bbox=b, score=rng.randint(0, levels) / levels,
                 segmentation=dict(size=[h, w], counts=to_text(mask(rng, k, b, h, w))))
            for i, c, b, k, h, w in detections]
    return dict(images=images, annotations=annotations, categories=[dict(id=c) for c in cats]), dets


def results(truth, detections, kind):
    stats, cats, precision, recall = reference.evaluate(truth, detections, kind)
    digest = hashlib.sha256()
    for k in range(len(cats)):
        for t in range(10):
            digest.update(struct.pack('<101d', *precision[(k * 4) * 3 + 2][t]))
    for k in range(len(cats)):
        for area in range(4):
            for limit in range(3):
                digest.update(struct.pack('<10d', *recall[(k * 4 + area) * 3 + limit]))
    return dict(stats=stats, curves=digest.hexdigest()[:16])


with gzip.GzipFile(sys.argv[3], 'wb', 9, mtime=0) as raw, io.TextIOWrapper(raw, 'utf-8') as out:
    for seed in range(int(sys.argv[2])):
        truth, detections = data_set(seed)
        without = [{k: v for k, v in d.items() if k != 'bbox'} for d in detections]
        case = dict(truth=truth, detections=detections, bbox=results(truth, detections, 'bbox'),
                    segm=results(truth, without, 'segm'))
        out.write(json.dumps(case, separators=(',', ':')) + '\n')
