// Data points on a square of the plane.

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Float32Array} points x1, x2, target, one after another
 * @param {{size: number, radius: number, fill: (target: number) => string, edge?: string}} options `size`: the square's side
 */
export function drawPoints(context, points, { size, radius, fill, edge }) {
  const whole = 2 * Math.PI;
  for (let i = 0; i + 2 < points.length; i += 3) {
    const [x, y] = [((points[i] + 6) / 12) * size, ((6 - points[i + 1]) / 12) * size];
    if (x < 0 || y < 0 || x > size || y > size) continue; // outside the plane: kept, not drawn
    context.beginPath();
    context.arc(x, y, radius, 0, whole);
    context.fillStyle = fill(points[i + 2]);
    context.fill();
    if (edge) {
      context.strokeStyle = edge;
      context.lineWidth = 1;
      context.stroke();
    }
  }
}
