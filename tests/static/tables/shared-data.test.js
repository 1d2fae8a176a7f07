import assert from "node:assert/strict";
import test from "node:test";
import { MAX_POINTS_IN_LINK, sharedPoints, shorten, withData } from "../../../static/js/tables/shared-data.js";
import { Refusal } from "../../../static/js/net/rest.js";

const config = (/** @type {number} */ count) => /** @type {any} */ ({
	problem: "regression",
	classes: 3,
	dataset: "own",
	data_columns: null,
	points: Array(count).fill([1, 2, 3]),
});

test("a link names stored points in place of having them", () => {
	assert.equal(
		withData("http://a/#activation=tanh&regDataset=own&problem=regression&points=abc~&columns=a%2C1,2&noise=0", "x-Y_1"),
		"http://a/#activation=tanh&problem=regression&noise=0&data=x-Y_1",
	);
	assert.equal(withData("#points=abc&noise=5", "i"), "#noise=5&data=i");
});

test("only many points are stored, and only what belongs to them", async () => {
	/** @type {any[]} */
	const sent = [];
	const send = async (/** @type {any[]} */ ...request) => {
		sent.push(request);
		return { id: "abc", lifetime: 1_209_600 };
	};
	const href = "#dataset=own&points=abc";
	assert.deepEqual(await shorten(href, config(MAX_POINTS_IN_LINK), /** @type {any} */ (send)), { href, days: null });
	assert.deepEqual(await shorten(href, { ...config(500), dataset: "xor" }, /** @type {any} */ (send)), { href, days: null });
	assert.equal(sent.length, 0);
	const many = config(500);
	const short = await shorten("#noise=0&dataset=own&points=abc", many, /** @type {any} */ (send));
	assert.deepEqual(short, { href: "#noise=0&data=abc", days: 14 });
	const embedded = await shorten("#noise=0&dataset=own&points=abc&embed=true", many, /** @type {any} */ (send));
	assert.equal(embedded.href, "#noise=0&embed=true&data=abc");
	assert.equal(sent.length, 1); // the same points are not sent twice
	assert.deepEqual(Object.keys(sent[0][2].body.config), ["problem", "classes", "points", "data_columns"]);
});

test("a link whose data are gone, or cannot be read now, says so", async () => {
	/** @type {string[]} */
	const told = [];
	const tell = (/** @type {string} */ key) => told.push(key);
	const refuse = (/** @type {number} */ status) => /** @type {any} */ (async () => {
		throw new Refusal({ code: "x", status });
	});
	assert.deepEqual(await sharedPoints("#a=b", tell, refuse(404)), {});
	assert.deepEqual(await sharedPoints("#data=abc", tell, refuse(404)), {});
	assert.deepEqual(await sharedPoints("#a=b&data=abc", tell, refuse(503)), {});
	assert.deepEqual(told, ["table.dataGone", "table.dataUnread"]);
	const found = await sharedPoints("#data=abc&x=1", tell, /** @type {any} */ (async (/** @type {string[]} */ ...[, path]) => ({ path })));
	assert.deepEqual(found, { path: "api/own-data/abc" });
});
