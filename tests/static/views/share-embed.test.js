import assert from "node:assert/strict";
import test from "node:test";
import { frameCode } from "../../../static/js/views/share-embed.js";

test("the address in the code of a frame is escaped", () => {
	const code = frameCode('http://here/?a="><script>#x=1&y=2', 800, 600);
	assert.equal(code.match(/src="([^"]*)"/)?.[1], "http://here/?a=&quot;>&lt;script>#x=1&amp;y=2");
	assert.match(code, /width="800" height="600"/);
	assert.match(code, /^<iframe [^<]*><\/iframe>$/);
});
