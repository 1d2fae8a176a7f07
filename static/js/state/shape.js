// Where things stand in the flat parameter vector and among the pictures, for a network of a given shape.

/**
 * @typedef {number[]} Shape neurons a layer, inputs first and output last, such as [2, 4, 2, 1]
 */

/** Where a layer's weights begin. @param {Shape} shape @param {number} layer 1 is the first after the inputs */
function layerStart(shape, layer) {
  let start = 0;
  for (let each = 1; each < layer; each += 1) start += (shape[each - 1] + 1) * shape[each];
  return start;
}

/** @param {Shape} shape @param {number} layer @param {number} source @param {number} neuron */
export function weightIndex(shape, layer, source, neuron) {
  return layerStart(shape, layer) + source * shape[layer] + neuron;
}

/** @param {Shape} shape @param {number} layer @param {number} neuron */
export function biasIndex(shape, layer, neuron) {
  return layerStart(shape, layer) + shape[layer - 1] * shape[layer] + neuron;
}

/** Which of the thumbnails is this neuron's. @param {Shape} shape @param {number} layer @param {number} neuron */
export function thumbnailIndex(shape, layer, neuron) {
  let index = neuron;
  for (let each = 1; each < layer; each += 1) index += shape[each];
  return index;
}

/** How many weights and biases there are. @param {Shape} shape */
export function parameterCount(shape) {
  return layerStart(shape, shape.length);
}
