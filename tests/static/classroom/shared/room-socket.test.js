import assert from "node:assert/strict";
import test from "node:test";
import { deflateSync } from "node:zlib";
import { createRoomSocket } from "../../../../static/js/classroom/shared/room-socket.js";

/** A socket that the test holds the other end of, and timers that the test runs. */
function createWorld({ answers = /** @type {boolean[]} */ ([]) } = {}) {
	const sockets = /** @type {any[]} */ ([]);
	const timers = /** @type {Function[]} */ ([]);
	const heard = /** @type {any[]} */ ([]);
	class Socket {
		readyState = 1;
		sent = /** @type {string[]} */ ([]);
		constructor() {
			sockets.push(this);
		}
		send(/** @type {string} */ text) {
			this.sent.push(text);
		}
		close() {
			this.readyState = 3;
		}
	}
	let learned = () => {};
	let wake = () => {};
	const wall = createRoomSocket({
		url: "ws://host/ws/room",
		room: "r",
		key: "k",
		onRoom: ({ name }) => heard.push(name),
		onLearners(updates) {
			heard.push(updates);
			learned();
		},
		onStatus: (status) => heard.push(status),
		answers: async () => Boolean(answers.shift()),
		WebSocketClass: Socket,
		watchSleep(act) {
			wake = act;
			return () => (wake = () => {});
		},
		timers: {
			setTimeout: (/** @type {Function} */ act) => timers.push(act),
			clearTimeout: (/** @type {number} */ id) => id && (timers[id - 1] = () => {}),
		},
	});
	const update = () => new Promise((/** @type {(value?: any) => void} */ resolve) => (learned = resolve));
	const runTimers = () => timers.forEach((act, index) => ((timers[index] = () => {}), act()));
	const asked = () => new Promise(setImmediate);
	return { asked, sockets, heard, wall, update, runTimers, wake: () => wake() };
}
const room = (/** @type {string} */ name) => ({ data: JSON.stringify({ type: "room", name }) });

test("it opens the room, reports what it receives, and acknowledges updates", async () => {
	const { sockets, heard, update, runTimers } = createWorld();
	const [socket] = sockets;
	socket.onopen();
	const { type, key, acks } = JSON.parse(socket.sent[0]);
	assert.deepEqual([type, key, acks], ["open", "k", true]);
	socket.onmessage(room("9b"));
	assert.deepEqual(heard, ["open", "9b"]);

	const text = new TextEncoder().encode(JSON.stringify({ resolution: 2, learners: [{ seat: "a", picture: null }] }));
	const plain = Buffer.concat([Uint8Array.of(text.length, 0, 0, 0), text]);
	const packed = deflateSync(plain);
	const came = update();
	socket.onmessage({ data: packed.buffer.slice(packed.byteOffset, packed.byteOffset + packed.length) });
	await came;
	assert.deepEqual(heard.at(-1), [{ seat: "a", picture: null }]);
	runTimers();
	assert.equal(socket.sent.at(-1), '{"type":"ack"}');
});

test("a room whose websocket never got through is not lost: it tells whether the server answers", async () => {
	const { sockets, heard, runTimers, asked } = createWorld({ answers: [true, false] });
	for (const index of [0, 1, 2]) {
		sockets[index].onclose({ code: 1006 });
		await asked();
		runTimers();
	}
	assert.deepEqual(heard, ["unreached", "blocked", "unreached"]);
	sockets[3].onmessage(room("9b"));
	sockets[3].onclose({ code: 1006 });
	assert.deepEqual(heard.slice(3), ["open", "9b", "lost"]);
});

test("nothing is told of a room that was closed while the server was asked", async () => {
	const { sockets, heard, runTimers, asked, wall } = createWorld({ answers: [true] });
	sockets[0].onclose({ code: 1006 });
	await asked();
	runTimers();
	sockets[1].onclose({ code: 1006 });
	wall.close();
	await asked();
	assert.deepEqual(heard, ["unreached"]);
});

test("it reconnects when the connection is lost", () => {
	const { sockets, heard, runTimers } = createWorld();
	sockets[0].onmessage(room("9b"));
	sockets[0].onclose({ code: 1006 });
	assert.equal(heard.at(-1), "lost");
	runTimers();
	assert.equal(sockets.length, 2);
	assert.equal(sockets[0].onmessage, null);
	sockets[1].onmessage(room("9c"));
	assert.deepEqual(heard, ["open", "9b", "lost", "open", "9c"]);
});

test("after sleep it connects anew, as the old connection may have died unnoticed", () => {
	const { sockets, heard, wall, wake } = createWorld();
	sockets[0].onopen();
	sockets[0].onmessage(room("9b"));
	wake();
	assert.deepEqual([sockets.length, sockets[0].onmessage], [2, null]);
	sockets[1].onmessage(room("9c"));
	assert.deepEqual(heard, ["open", "9b", "open", "9c"]);
	wall.close();
	wake();
	assert.equal(sockets.length, 2);
});

test("it does not reconnect to a room that has ended, nor when it was closed", () => {
	const ended = createWorld();
	ended.sockets[0].onmessage({ data: '{"type":"gone","reason":"ended"}' });
	assert.equal(ended.sockets[0].onclose, null);
	ended.runTimers();
	assert.deepEqual([ended.heard, ended.sockets.length], [["gone"], 1]);
	const closed = createWorld();
	closed.wall.close();
	assert.equal(closed.sockets[0].onclose, null);
	closed.runTimers();
	assert.deepEqual([closed.heard, closed.sockets.length], [[], 1]);
});
