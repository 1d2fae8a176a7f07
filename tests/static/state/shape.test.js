import assert from "node:assert/strict";
import test from "node:test";
import { biasIndex, parameterCount, thumbnailIndex, weightIndex } from "../../../static/js/state/shape.js";

const SHAPES = [[2, 1], [2, 4, 2, 1], [7, 8, 8, 8, 8, 8, 8, 1], [1, 3, 1]];

test("weights and biases fill the flat vector without gap or overlap, in the engine's order", () => {
  for (const shape of SHAPES) {
    const places = [];
    for (let layer = 1; layer < shape.length; layer += 1) {
      for (let source = 0; source < shape[layer - 1]; source += 1) {
        for (let neuron = 0; neuron < shape[layer]; neuron += 1) places.push(weightIndex(shape, layer, source, neuron));
      }
      for (let neuron = 0; neuron < shape[layer]; neuron += 1) places.push(biasIndex(shape, layer, neuron));
    }
    assert.deepEqual(places, Array.from({ length: parameterCount(shape) }, (_, index) => index));
  }
  assert.equal(parameterCount([2, 4, 2, 1]), 25);
});

test("pictures are counted through the layers after the inputs", () => {
  assert.equal(thumbnailIndex([2, 4, 2, 1], 1, 3), 3);
  assert.equal(thumbnailIndex([2, 4, 2, 1], 2, 1), 5);
  assert.equal(thumbnailIndex([2, 4, 2, 1], 3, 0), 6);
});
