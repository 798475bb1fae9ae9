// Draws the lanes: the grid of time, a bar for each request, and the marks of what was recorded.

import { segmentsOf } from '../backstage/requests.js';
import { markPx } from './geometry.js';
import { drawEnd, drawTick } from './marks.js';
import { stepOf } from './scale.js';

/**
 * @typedef {import('./geometry.js').Geometry} Geometry
 * @typedef {import('./lanes.js').Lane} Lane
 * @typedef {import('../backstage/requests.js').RequestView} RequestView
 * @typedef {{ x: number, width: number, top: number, height: number }} Box
 * @typedef {{ request: RequestView, box: Box, geometry: Geometry, colours: Record<string, string>,
 *   isChosen: boolean, isThin: boolean }} Scene
 */

const thinMarkPx = 4;

/**
 * Draws the lanes that are in sight.
 * @param {CanvasRenderingContext2D} context
 * @param {{ lanes: Lane[], geometry: Geometry, colours: Record<string, string>, chosen?: string }} scene `chosen` is
 *   the id of the request that is looked at
 * @returns {number} how many bars there are, out of sight too
 */
export function drawLanes(context, { lanes, geometry, colours, chosen }) {
  context.clearRect(0, 0, geometry.width, geometry.height);
  drawGrid(context, { geometry, colours, height: geometry.height });
  const last = Math.min(lanes.length - 1, geometry.laneAt(geometry.height));
  for (let index = Math.max(0, geometry.laneAt(0)); index <= last; index += 1) {
    const lane = lanes[index];
    if (!lane) continue;
    const isThin = lane.isCrowd;
    if (!isThin || index === lanes.length - 1) drawFoot(context, { index, geometry, colours });
    const scenes = lane.bars.map(({ request, row, rows }) => {
      const box = { ...sideOf(request, geometry), ...geometry.barBox(index, row, rows) };
      return { request, box, geometry, colours, isChosen: request.id === chosen, isThin };
    });
    for (const scene of scenes) drawBar(context, scene);
    for (const scene of scenes) drawMark(context, scene);
    const y = geometry.tickY(index);
    for (const { at, kind } of lane.ticks) drawTick(context, kind, { x: geometry.x(at), y, colours });
  }
  return lanes.reduce((count, { bars }) => count + bars.length, 0);
}

/**
 * The lines of the time and of now.
 * @param {CanvasRenderingContext2D} context
 * @param {{ geometry: { nowX: number, windowMs: number }, colours: Record<string, string>, height: number }} scene
 */
export function drawGrid(context, { geometry, colours, height }) {
  context.fillStyle = colours['grid'] ?? '';
  const stepPx = (stepOf(geometry.windowMs) / geometry.windowMs) * geometry.nowX;
  for (let x = 0; x < geometry.nowX - 1; x += stepPx) context.fillRect(Math.round(x), 0, 1, height);
  context.fillStyle = colours['now'] ?? '';
  context.fillRect(Math.round(geometry.nowX), 0, 1, height);
}

/**
 * The line below a lane.
 * @param {CanvasRenderingContext2D} context
 * @param {{ index: number, geometry: Geometry, colours: Record<string, string> }} scene
 */
function drawFoot(context, { index, geometry, colours }) {
  context.fillStyle = colours['grid'] ?? '';
  context.fillRect(0, Math.round(geometry.laneTop(index + 1)) - 1, geometry.width, 1);
}

/**
 * From where to where a bar reaches; one that has just begun is as wide as its mark.
 * @param {RequestView} request
 * @param {Geometry} geometry
 * @returns {{ x: number, width: number }}
 */
export function sideOf({ acceptedAt, endedAt = Infinity }, geometry) {
  const x = geometry.x(acceptedAt);
  const isOpen = endedAt > geometry.now;
  const width = geometry.x(Math.min(endedAt, geometry.now)) - x;
  return { x, width: Math.max(width, isOpen ? 2 : markPx) };
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Scene} scene
 */
function drawBar(context, { request, box, geometry, colours, isChosen, isThin }) {
  const ending = endingOf(request, geometry);
  const segments = segmentsOf(request, geometry.now);
  segments.forEach(({ state, from, to }, index) => {
    const x = Math.max(-9, geometry.x(from));
    const width = index === segments.length - 1 ? box.x + box.width - x : geometry.x(to) - x;
    const segment = { ...box, x, width: Math.max(1, width) };
    if (state === 'waiting') drawWaiting(context, segment, colours['waiting'] ?? '');
    else if (state === 'interrupted' && !isThin) drawHatched(context, segment, colours['interrupted'] ?? '');
    else {
      const colour = state === 'interrupted' ? state : ending ? `${ending}-bar` : 'running';
      drawRunning(context, segment, colours[colour] ?? '');
      drawName(context, request.handler, segment, colours[ending ? 'ink' : 'on-running'] ?? '');
    }
  });
  if (!isChosen) return;
  context.strokeStyle = colours['ink'] ?? '';
  context.lineWidth = 1.5;
  context.strokeRect(box.x - 2.5, box.top - 2, box.width + 5, box.height + 4);
}

/**
 * The mark at the end of a bar, large enough to be told from the others however thin the bar is.
 * @param {CanvasRenderingContext2D} context
 * @param {Scene} scene
 */
function drawMark(context, { request, box, geometry, colours, isThin }) {
  const ending = endingOf(request, geometry);
  if (!ending) return;
  if (isThin) {
    context.fillStyle = colours[ending] ?? '';
    context.fillRect(box.x + box.width - thinMarkPx, box.top, thinMarkPx, box.height);
    return;
  }
  const radius = Math.max(3.4, Math.min(markPx / 2 + 0.5, box.height / 2));
  const y = box.top + box.height / 2;
  drawEnd(context, ending, { x: box.x + box.width - radius + 1, y, radius, colours });
}

/**
 * How a request had ended at the moment that is drawn, if it had.
 * @param {RequestView} request
 * @param {Geometry} geometry
 */
function endingOf({ ending, endedAt = Infinity }, { now }) {
  return endedAt <= now ? ending : undefined;
}

/**
 * A thread along the middle: something is held, nothing is done.
 * @param {CanvasRenderingContext2D} context
 * @param {Box} box
 * @param {string} colour
 */
function drawWaiting(context, { x, width, top, height }, colour) {
  const thread = Math.max(1.5, Math.min(3, height / 3));
  context.fillStyle = colour;
  context.fillRect(x, top + (height - thread) / 2, width, thread);
  context.fillRect(x, top + height * 0.15, 1.5, height * 0.7);
}

/**
 * A full bar.
 * @param {CanvasRenderingContext2D} context
 * @param {Box} box
 * @param {string} colour
 */
function drawRunning(context, { x, width, top, height }, colour) {
  context.fillStyle = colour;
  context.beginPath();
  context.roundRect(x, top, width, height, Math.min(3, height / 2, width / 2));
  context.fill();
}

/**
 * Slanted strokes, thick enough to be told from a thread: nobody was there to work on it.
 * @param {CanvasRenderingContext2D} context
 * @param {Box} box
 * @param {string} colour
 */
function drawHatched(context, { x, width, ...row }, colour) {
  const height = Math.max(7, row.height);
  const top = row.top + (row.height - height) / 2;
  context.save();
  context.beginPath();
  context.rect(x, top, width, height);
  context.clip();
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  context.beginPath();
  for (let at = x - height; at < x + width; at += 5) {
    context.moveTo(at, top + height);
    context.lineTo(at + height, top);
  }
  context.rect(x + 0.5, top + 0.5, width - 1, height - 1);
  context.stroke();
  context.restore();
}

/**
 * What is asked for, where a thick and long enough bar has room for the word.
 * @param {CanvasRenderingContext2D} context
 * @param {string} name
 * @param {Box} box
 * @param {string} colour
 */
function drawName(context, name, { x, width, top, height }, colour) {
  const left = Math.max(0, x) + 5;
  const room = x + width - markPx - 4 - left;
  if (height < 11 || room < 6 * name.length) return;
  context.fillStyle = colour;
  context.fillText(name, left, top + height / 2 + 0.5);
}
