// The shapes of the timeline: the mark at a bar's end, and the small ones of what was recorded.

/**
 * @typedef {import('../backstage/requests.js').Ending} Ending
 * @typedef {import('./ticks.js').TickKind} TickKind
 */

/**
 * Each ending's mark, in a square of 2 around 0: a tick, a clock's hands, a stroke, a cross, a bar across.
 * @type {Record<Ending, (path: Path2D) => void>}
 */
const endMarks = {
  answered: (path) => line(path, [-0.5, 0.05], [-0.12, 0.45], [0.52, -0.4]),
  'timed out': (path) => line(path, [0, -0.58], [0, 0.05], [0.42, 0.32]),
  cancelled: (path) => line(path, [-0.5, 0], [0.5, 0]),
  failed: (path) => {
    line(path, [-0.42, -0.42], [0.42, 0.42]);
    line(path, [-0.42, 0.42], [0.42, -0.42]);
  },
  busy: (path) => {
    line(path, [-0.28, -0.45], [-0.28, 0.45]);
    line(path, [0.28, -0.45], [0.28, 0.45]);
  },
};

/** @type {Record<TickKind, [x: number, y: number][]>} */
const tickShapes = {
  update: [
    [-1, -0.8],
    [1, -0.8],
    [0, 1],
  ],
  message: [
    [-1, 0.8],
    [1, 0.8],
    [0, -1],
  ],
  edit: [
    [-1, 0],
    [0, -1],
    [1, 0],
    [0, 1],
  ],
  file: [
    [-0.85, -0.85],
    [0.85, -0.85],
    [0.85, 0.85],
    [-0.85, 0.85],
  ],
  lost: [
    [-0.9, -0.9],
    [0.9, -0.9],
    [-0.9, 0.9],
    [0.9, 0.9],
  ],
  refused: [
    [-1, -1],
    [1, 1],
    [0, 0],
    [1, -1],
    [-1, 1],
    [0, 0],
  ],
};

/**
 * The colours of those that are only outlined.
 * @type {Map<TickKind, string>}
 */
const tickStrokes = new Map([
  ['refused', 'failed'],
  ['lost', 'timed out'],
  ['edit', 'tick'],
]);

/**
 * A filled disc with the sign of an ending.
 * @param {CanvasRenderingContext2D} context
 * @param {Ending} ending
 * @param {{ x: number, y: number, radius: number, colours: Record<string, string> }} place its middle
 */
export function drawEnd(context, ending, { x, y, radius, colours }) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = colours[ending] ?? '';
  context.fill();
  const sign = new Path2D();
  endMarks[ending](sign);
  context.save();
  context.translate(x, y);
  context.scale(radius, radius);
  context.lineWidth = (radius < 4 ? 1.1 : 1.5) / radius;
  context.strokeStyle = colours['on-mark'] ?? '';
  context.stroke(sign);
  context.restore();
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {TickKind} kind
 * @param {{ x: number, y: number, colours: Record<string, string> }} place its middle
 */
export function drawTick(context, kind, { x, y, colours }) {
  const size = 2.8;
  context.beginPath();
  for (const [px, py] of tickShapes[kind]) context.lineTo(x + px * size, y + py * size);
  context.closePath();
  const stroke = tickStrokes.get(kind);
  if (stroke) {
    context.lineWidth = 1.2;
    context.strokeStyle = colours[stroke] ?? '';
    context.stroke();
  } else {
    context.fillStyle = colours['tick'] ?? '';
    context.fill();
  }
}

/**
 * @param {Path2D} path
 * @param {[number, number][]} points
 */
function line(path, ...points) {
  points.forEach(([x, y], index) => (index === 0 ? path.moveTo(x, y) : path.lineTo(x, y)));
}
