import assert from "node:assert/strict";
import test from "node:test";
import { deflateSync } from "node:zlib";
import { message } from "../../../static/js/net/protocol.js";
import { Connection } from "../../../static/js/net/socket.js";

/** A clock that moves only when a test says so. */
function createClock() {
	let now = 0;
	let last = 0;
	const due = new Map();
	return {
		setTimeout(act, delay) {
			last += 1;
			due.set(last, { at: now + delay, act });
			return last;
		},
		clearTimeout: (id) => due.delete(id),
		pass(milliseconds) {
			const end = now + milliseconds;
			for (;;) {
				const next = [...due].filter(([, { at }]) => at <= end).sort((one, other) => one[1].at - other[1].at)[0];
				if (!next) break;
				due.delete(next[0]);
				now = next[1].at;
				next[1].act();
			}
			now = end;
		},
		waiting: () => [...due.values()].map(({ at }) => at - now),
	};
}

/** A connection over sockets that a test opens, answers and closes by hand. */
function createPlayground({ random = () => 0.5 } = {}) {
	const sockets = [];
	class FakeSocket {
		constructor(url) {
			Object.assign(this, { url, readyState: 0, sent: [], closed: false });
			sockets.push(this);
		}
		send(text) {
			assert.equal(this.readyState, 1, "sent on a socket that is not open");
			this.sent.push(JSON.parse(text));
		}
		close() {
			this.closed = true;
		}
		// what the other side does
		opens() {
			this.readyState = 1;
			this.onopen?.();
		}
		says(data) {
			this.onmessage?.({ data: typeof data === "string" || data instanceof ArrayBuffer ? data : JSON.stringify(data) });
		}
		closes(code = 1006) {
			this.readyState = 3;
			this.onclose?.({ code });
		}
	}
	const clock = createClock();
	const heard = { statuses: [], details: [], messages: [], frames: [], all: [], opened: 0 };
	let wake = () => {};
	const connection = new Connection({
		url: "ws://here/ws",
		onOpen: () => {
			heard.opened += 1;
			connection.sendNow(message.open({ session: "s" }));
		},
		onMessage: (each) => {
			heard.messages.push(each);
			heard.all.push(each);
			if (each.type === "welcome") connection.ready();
		},
		onFrame: (buffer) => {
			heard.frames.push(buffer);
			heard.all.push(buffer);
		},
		onStatus: (status, detail) => {
			heard.statuses.push(status);
			heard.details.push(detail);
		},
		WebSocketClass: FakeSocket,
		timers: clock,
		random,
		onWake: (listener) => (wake = listener),
	});
	const line = {
		connection,
		clock,
		heard,
		sockets,
		last: () => sockets[sockets.length - 1],
		wake: () => wake(),
		welcome() {
			line.last().opens();
			line.last().says({ type: "welcome" });
		},
		/** What the server was told besides `open`. */
		told: () => line.last().sent.filter(({ type }) => type !== "open"),
	};
	return line;
}

/** A packed frame with these bytes after its header. */
function packed(bytes) {
	const header = new Uint8Array(48);
	header[2] = 1;
	return Uint8Array.from([...header, ...deflateSync(Uint8Array.from(bytes))]).buffer;
}

/** Wait for what is unpacked beside us. */
async function until(holds) {
	while (!holds()) await new Promise(setImmediate);
}

const types = (messages) => messages.map(({ type }) => type);

test("it opens, says who it is, and is open once the server has said welcome", () => {
	const { connection, heard, sockets, last } = createPlayground();
	assert.equal(sockets.length, 0);
	connection.open();
	connection.open();
	assert.equal(sockets.length, 1);
	assert.equal(last().binaryType, "arraybuffer");
	last().opens();
	assert.deepEqual(types(last().sent), ["open"]);
	assert.deepEqual(heard.statuses, ["connecting"]);
	last().says({ type: "welcome" });
	assert.deepEqual(heard.statuses, ["connecting", "open"]);
	assert.equal(connection.status(), "open");
});

test("text is a message, bytes are a frame", () => {
	const { connection, heard, last, welcome } = createPlayground();
	connection.open();
	welcome();
	const buffer = new ArrayBuffer(8);
	last().says(buffer);
	last().says({ type: "state" });
	assert.deepEqual(heard.frames, [buffer]);
	assert.deepEqual(types(heard.messages), ["welcome", "state"]);
});

test("a packed frame is unpacked, and nothing overtakes it", async () => {
	const { connection, heard, last, welcome } = createPlayground();
	connection.open();
	welcome();
	const plain = new ArrayBuffer(56);
	last().says(packed([1, 2]));
	last().says({ type: "state" });
	last().says(plain);
	last().says(packed([3]));
	last().says({ type: "error" });
	assert.equal(heard.all.length, 1, "what came behind waits");
	await until(() => heard.all.length === 6);
	const [, first, state, second, third, error] = heard.all;
	assert.deepEqual([...new Uint8Array(first, 48)], [1, 2]);
	assert.equal(state.type, "state");
	assert.equal(second, plain);
	assert.deepEqual([...new Uint8Array(third, 48)], [3]);
	assert.equal(error.type, "error");
	await new Promise(setImmediate);
	last().says({ type: "closing" });
	assert.equal(heard.all.at(-1).type, "closing", "behind nothing, nothing waits");
});

test("what came before the end is heard before the end", async () => {
	const { connection, heard, last, welcome } = createPlayground();
	connection.open();
	welcome();
	last().says(packed([1]));
	last().says({ type: "closing" });
	last().closes();
	assert.equal(heard.statuses.at(-1), "open");
	await until(() => heard.statuses.at(-1) === "reconnecting");
	assert.equal(heard.frames.length, 1);
	assert.equal(heard.messages.at(-1).type, "closing");
});

test("a frame that cannot be unpacked ends the connection, and the next begins anew", async () => {
	const { connection, clock, heard, last, sockets, welcome } = createPlayground();
	connection.open();
	welcome();
	const broken = packed([1]);
	new Uint8Array(broken).fill(255, 48);
	last().says(broken);
	last().says({ type: "state" });
	await until(() => heard.statuses.at(-1) === "reconnecting");
	assert.ok(sockets[0].closed);
	clock.pass(300);
	welcome();
	last().says(packed([7]));
	await until(() => heard.frames.length === 1);
	assert.deepEqual([...new Uint8Array(heard.frames[0], 48)], [7]);
	assert.deepEqual(types(heard.messages), ["welcome", "welcome"]);
});

test("nothing of a connection that was left is heard", async () => {
	const { connection, heard, last, welcome } = createPlayground();
	connection.open();
	welcome();
	last().says(packed([1]));
	connection.close();
	connection.open();
	welcome();
	last().says(packed([2]));
	await until(() => heard.frames.length === 1);
	assert.deepEqual([...new Uint8Array(heard.frames[0], 48)], [2]);
});

test("a connection that never was there is told apart from one that is lost", () => {
	const { connection, clock, heard, last, welcome } = createPlayground();
	connection.open();
	last().closes();
	assert.deepEqual([heard.statuses.at(-1), heard.details.at(-1).reached], ["reconnecting", false]);
	clock.pass(1000);
	welcome();
	last().closes();
	assert.deepEqual([heard.statuses.at(-1), heard.details.at(-1).reached], ["reconnecting", true]);
});

test("a lost connection comes back, later and later, and at once quickly again after a success", () => {
	const { connection, clock, heard, last, welcome } = createPlayground();
	connection.open();
	welcome();
	const delays = [];
	for (let i = 0; i < 12; i += 1) {
		last().closes();
		const [delay] = clock.waiting();
		delays.push(delay);
		clock.pass(delay);
	}
	assert.equal(delays[0], 300);
	for (let i = 1; i < delays.length; i += 1) assert.ok(delays[i] >= delays[i - 1]);
	assert.equal(delays[11], 10_000);
	assert.deepEqual(heard.details.at(-1), { attempt: 12, seconds: 10, reached: true });
	assert.equal(heard.statuses.at(-1), "reconnecting");
	welcome();
	last().closes();
	assert.deepEqual(clock.waiting(), [300]);
});

test("chance spreads the attempts of a class", () => {
	const delays = [0, 0.5, 0.999].map((chance) => {
		const { connection, clock, last } = createPlayground({ random: () => chance });
		connection.open();
		for (let i = 0; i < 4; i += 1) {
			last().closes();
			if (i < 3) clock.pass(clock.waiting()[0]);
		}
		return clock.waiting()[0];
	});
	assert.ok(delays[0] < delays[1] && delays[1] < delays[2]);
	assert.ok(delays[0] >= 300 && delays[2] <= 10_000);
});

test("what was asked for while offline is sent after the welcome, in order", () => {
	const { connection, clock, last, welcome, told } = createPlayground();
	connection.send(message.play());
	connection.open();
	welcome();
	last().closes();
	connection.send(message.configure({ changes: { noise: 10 } }));
	connection.send(message.pause());
	clock.pass(300);
	last().opens();
	connection.send(message.reset());
	assert.deepEqual(types(last().sent), ["open"]);
	last().says({ type: "welcome" });
	assert.deepEqual(types(told()), ["play", "configure", "pause", "reset"]);
});

test("successive changes become one, but a change of the problem stays on its own", () => {
	const { connection, welcome, told } = createPlayground();
	connection.send(message.configure({ changes: { noise: 10, dataset: "plane" } }));
	connection.send(message.configure({ changes: { noise: 20 } }));
	connection.send(message.configure({ changes: { problem: "classification" } }));
	connection.send(message.configure({ changes: { dataset: "xor" } }));
	connection.open();
	welcome();
	assert.deepEqual(told().map(({ changes }) => changes), [
		{ noise: 20, dataset: "plane" },
		{ problem: "classification", dataset: "xor" },
	]);
});

test("what concerns only the moment is lost while offline", () => {
	const { connection, welcome, told } = createPlayground();
	connection.send(message.probe({ x1: 1, x2: 1 }));
	connection.send(message.ack({ frame: 3 }));
	connection.send(message.watch({ layer: 1, neuron: 0 }));
	connection.send(message.visible({ visible: false }));
	connection.open();
	welcome();
	assert.deepEqual(told(), []);
	connection.send(message.ack({ frame: 4 }));
	assert.deepEqual(types(told()), ["ack"]);
});

test("what waits is bounded, and the oldest goes first", () => {
	const { connection, welcome, told } = createPlayground();
	for (let value = 0; value < 1000; value += 1) connection.send(message.editBias({ layer: 1, neuron: 0, value }));
	connection.open();
	welcome();
	assert.equal(told().length, 200);
	assert.equal(told().at(-1).value, 999);
});

test("what was sent into a line that then proved dead is sent again", () => {
	const { connection, clock, last, welcome, told } = createPlayground();
	connection.open();
	welcome();
	connection.send(message.play());
	last().says({ type: "state" });
	connection.send(message.reset());
	last().closes();
	connection.send(message.pause());
	clock.pass(300);
	welcome();
	assert.deepEqual(types(told()), ["reset", "pause"]);
});

test("a server that leaves a request without an answer is left for another try", () => {
	const { connection, clock, heard, sockets, welcome, told } = createPlayground();
	connection.open();
	welcome();
	clock.pass(60_000);
	assert.equal(sockets.length, 1, "silence alone is no fault");
	connection.send(message.play());
	clock.pass(6000);
	assert.equal(sockets.length, 2);
	assert.ok(sockets[0].closed);
	assert.equal(heard.statuses.at(-1), "connecting");
	welcome();
	assert.deepEqual(types(told()), ["play"]);
});

test("an answer ends the waiting", () => {
	const { connection, clock, sockets, last, welcome } = createPlayground();
	connection.open();
	welcome();
	connection.send(message.play());
	clock.pass(5000);
	last().says(new ArrayBuffer(8));
	clock.pass(60_000);
	assert.equal(sockets.length, 1);
});

test("another open makes what waits pointless", () => {
	const { connection, clock, last, welcome, told } = createPlayground();
	connection.open();
	welcome();
	last().closes();
	connection.send(message.configure({ changes: { noise: 10 } }));
	connection.send(message.open({ session: null }));
	clock.pass(300);
	welcome();
	assert.deepEqual(told(), []);
});

test("another open on a working connection goes out at once", () => {
	const { connection, last, welcome } = createPlayground();
	connection.open();
	welcome();
	connection.send(message.open({ session: null, config: { noise: 5 } }));
	assert.deepEqual(types(last().sent), ["open", "open"]);
});

test("a full server is asked again, slowly, until there is room", () => {
	const { connection, clock, heard, last, welcome } = createPlayground();
	connection.open();
	for (let i = 0; i < 5; i += 1) {
		last().opens();
		last().says({ type: "error", code: "server_full" });
		last().closes(1013);
		assert.equal(heard.statuses.at(-1), "full");
		const [delay] = clock.waiting();
		assert.equal(delay, 5000);
		clock.pass(delay);
	}
	welcome();
	assert.deepEqual(heard.statuses, ["connecting", "full", "full", "full", "full", "full", "open"]);
});

test("after a restart it tries again soon, however long the trouble lasted before", () => {
	const { connection, clock, last } = createPlayground();
	connection.open();
	for (let i = 0; i < 8; i += 1) {
		last().closes();
		clock.pass(clock.waiting()[0]);
	}
	last().closes(1012);
	assert.deepEqual(clock.waiting(), [300]);
});

test("when the network or the visitor comes back it tries at once", () => {
	const { connection, clock, sockets, last, wake } = createPlayground();
	connection.open();
	for (let i = 0; i < 8; i += 1) {
		last().closes();
		clock.pass(clock.waiting()[0]);
	}
	last().closes();
	const before = sockets.length;
	wake();
	assert.equal(sockets.length, before + 1);
	wake();
	assert.equal(sockets.length, before + 1, "one attempt at a time");
	last().opens();
	clock.pass(9000);
	assert.equal(sockets.length, before + 1, "the planned attempt was given up");
});

test("when the network comes back a silent connection is tried anew, a talking one is kept", () => {
	for (const talks of [false, true]) {
		const { connection, clock, sockets, last, welcome, wake } = createPlayground();
		connection.open();
		welcome();
		wake();
		clock.pass(3000);
		if (talks) last().says(new ArrayBuffer(8));
		clock.pass(4000);
		assert.equal(sockets.length, talks ? 1 : 2);
	}
});

test("a connection that neither opens nor fails is given up after a while", () => {
	const { connection, clock, heard, sockets } = createPlayground();
	connection.open();
	clock.pass(10_000);
	assert.equal(heard.statuses.at(-1), "reconnecting");
	assert.ok(sockets[0].closed);
	clock.pass(300);
	assert.equal(sockets.length, 2);
	sockets[0].opens();
	assert.equal(heard.opened, 0, "the old socket is not listened to any more");
});

test("closed is closed", () => {
	const { connection, clock, heard, sockets, last, welcome, wake } = createPlayground();
	connection.open();
	welcome();
	connection.close();
	assert.ok(last().closed);
	wake();
	clock.pass(60_000);
	assert.equal(sockets.length, 1);
	connection.send(message.play());
	assert.deepEqual(heard.statuses, ["connecting", "open"]);
});
