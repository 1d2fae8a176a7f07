import assert from "node:assert/strict";
import test from "node:test";
import { isLocal } from "../../../../static/js/classroom/projector/projector.js";

test("the projector tells addresses that work on this machine only from others", () => {
	for (const host of ["localhost:8000", "127.0.0.1", "127.1.2.3:80", "[::1]:8000"]) assert.ok(isLocal(`http://${host}/join/ABCDEF`), host);
	for (const host of ["192.168.1.7:8000", "school.example", "localhost.example"]) assert.ok(!isLocal(`https://${host}/join/ABCDEF`), host);
});
