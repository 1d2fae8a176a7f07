// Colours of nodes and points, which depend on whether there are several classes.

/** Whether a problem is classification with several classes. @param {{problem: string}} config */
export const isMulticlass = (config) => config.problem === "multiclass";

/** Whether a node is one of several outputs, each the probability of a class. @param {{layer: number}} node @param {ServerState} server */
export const isClassNode = ({ layer }, { shape, config }) => isMulticlass(config) && layer === shape.length - 1;

/** Return the colour map of a node's picture. @param {Colors} colors @param {ServerState} server @param {{layer: number, neuron: number}} node */
export const mapOf = (colors, server, node) => (isClassNode(node, server) ? colors.classes.map(node.neuron) : colors);

/** Return the function from a point's target to its colour. @param {Colors} colors @param {{problem: string}} config @returns {(target: number) => string} */
export const fillOf = (colors, config) => (isMulticlass(config) ? colors.classes.css : colors.css);

/** The ring of a training point: dark around a class whose colour is as light as the usual ring. @param {Colors} colors @param {{problem: string}} config */
export const ringOf = (colors, config) => (/** @type {number} */ target) =>
	isMulticlass(config) && colors.classes.isLight(target) ? "rgb(0 0 0 / 50%)" : colors["train-ring"];

/** Whether a node's values are probabilities, from 0 to 1, which are drawn as -1 to 1. @param {{layer: number}} node @param {ServerState} server */
export const isProbability = ({ layer }, { shape, config }) =>
	layer === shape.length - 1 && ["sigmoid", "softmax"].includes(config.output_activation);
