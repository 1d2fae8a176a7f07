// Lines through points, as path data of SVG.

const MAX_PATH_COORDINATE = 9999; // pixels; a path that leaves the picture ends there

/** Return the path data of a line through points in pixels. @param {number[][]} places @returns {string} */
export const lineOf = (places) =>
	places.map((place, index) =>
		`${index === 0 ? "M" : "L"}${
			place.map((each) => Math.max(-MAX_PATH_COORDINATE, Math.min(MAX_PATH_COORDINATE, each)).toFixed(1)).join(" ")
		}`
	).join("");
