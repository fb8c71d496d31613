"""Computes with tidecv 1.0.1 what errors the cases of the fuzz test and some crowded ones hold.
usage: make_tide.py FOLDER_WITH_TIDECV CASES.jsonl.gz OUT.jsonl.gz DENSE.jsonl.gz"""
import gzip, io, json, random, sys, types

for name in ('cv2', 'appdirs', 'seaborn', 'matplotlib', 'matplotlib.pyplot', 'tidecv.plotting'):
    sys.modules[name] = types.ModuleType(name)  # drawing, which is not wanted here
sys.modules['cv2'].FONT_HERSHEY_SIMPLEX = 0
sys.modules['appdirs'].user_data_dir = lambda *_: '.'
sys.modules['tidecv.plotting'].Plotter = object
sys.path.insert(0, sys.argv[1])
from pycocotools import mask as masks
from tidecv import Data, TIDE

from tidecv.errors.main_errors import FalsePositiveError

KINDS = TIDE._error_types


def encoded(segmentation, image):
    size = image['height'], image['width']
    if isinstance(segmentation, list):
        return masks.merge(masks.frPyObjects(segmentation, *size))
    return masks.frPyObjects(segmentation, *size) if isinstance(segmentation['counts'], list) else segmentation


def errors(truth, detections, mode):
    """Precision, the six errors, false positives and negatives, all in hundredths, and the six counts."""
    objects, found = Data('objects'), Data('found')
    images = {image['id']: image for image in truth['images']}
    for i in sorted(images):
        objects.add_image(i, str(i))
    for category in truth['categories']:
        objects.add_class(category['id'], str(category['id']))
    shape = lambda entry: encoded(entry['segmentation'], images[entry['image_id']]) if mode == 'mask' else None
    for entry in truth['annotations']:
        add = objects.add_ignore_region if entry['iscrowd'] else objects.add_ground_truth
        add(entry['image_id'], entry['category_id'], entry['bbox'], shape(entry))
    for entry in detections:
        found.add_detection(entry['image_id'], entry['category_id'], entry['score'], entry['bbox'], shape(entry))
    try:
        run = TIDE().evaluate(objects, found, mode=mode)
    except ZeroDivisionError:
        return None  # neither objects nor detections
    lost = [mended(run, lambda: run.fix_main_errors(error_types=[kind])[kind]) for kind in KINDS]
    positives = mended(run, lambda: run.fix_errors(transform=FalsePositiveError.fix).get_mAP() - run.ap)
    negatives = mended(run, lambda: run.fix_errors(false_neg_dict=run.false_negatives).get_mAP() - run.ap)
    counts = run.count_errors()
    return [float(run.ap)] + lost + [positives, negatives] + [counts[kind] for kind in KINDS]


def mended(run, value):
    try:
        return float(value())
    except ZeroDivisionError:
        return 0.0  # mending leaves neither objects nor detections


def dense(seed):
    """Few images with more than 100 detections each, many of them of equal scores and places."""
    rng = random.Random(seed)
    h = w = 60
    truth = dict(images=[dict(id=i, height=h, width=w) for i in (3, 1, 2)], annotations=[],
                 categories=[dict(id=c) for c in range(1, 7)])
    detections = []
    shape = lambda b: [[b[0], b[1], b[0], b[1] + b[3], b[0] + b[2], b[1] + b[3], b[0] + b[2], b[1]]]
    for i in (3, 1, 2):
        for _ in range(rng.randint(5, 15)):
            box = [rng.randint(0, 40), rng.randint(0, 40), rng.randint(4, 20), rng.randint(4, 20)]
            category = rng.randint(1, 5)
            truth['annotations'].append(dict(
                id=len(truth['annotations']) + 1, image_id=i, category_id=category, bbox=box, area=box[2] * box[3],
                iscrowd=int(rng.random() < .2), segmentation=shape(box)))
            for _ in range(rng.randint(5, 20)):
                x, y, bw, bh = [max(v + rng.choice((-3, -1, 0, 0, 1, 3)), 1) for v in box]
                x, y = min(x, w - 4), min(y, h - 4)
                box2 = [x, y, min(bw, w - x), min(bh, h - y)]
                detections.append(dict(
                    image_id=i, category_id=category if rng.random() < .6 else rng.randint(1, 6), bbox=box2,
                    score=rng.randint(1, 40) / 40))
    rng.shuffle(detections)
    for entry in detections:
        code = encoded(shape(entry['bbox']), dict(height=h, width=w))
        entry['segmentation'] = dict(size=[h, w], counts=code['counts'].decode())
    return dict(truth=truth, detections=detections)


def results(case):
    return dict(bbox=errors(case['truth'], case['detections'], 'bbox'),
                segm=errors(case['truth'], case['detections'], 'mask'))


def write(path, lines):
    with gzip.GzipFile(path, 'wb', 9, mtime=0) as raw, io.TextIOWrapper(raw, 'utf-8') as out:
        for line in lines:
            out.write(json.dumps(line, separators=(',', ':')) + '\n')


with gzip.open(sys.argv[2], 'rt') as lines:
    write(sys.argv[3], (results(json.loads(line)) for line in lines))
write(sys.argv[4], ((lambda case: dict(case, **results(case)))(dense(seed)) for seed in range(12)))
