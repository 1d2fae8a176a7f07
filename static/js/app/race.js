// Races with a rival: the actions of a person, starting the race that a link names, and the message that a race is over.
import { message } from "../net/protocol.js";

/**
 * Return the actions about a race.
 * @param {Pick<ActionTools, "store" | "send">} tools @param {() => void} forgetChanges forgets undo, as the training is another one
 */
export function raceActions({ store, send }, forgetChanges) {
	const isOn = () => store.get().server?.rival;
	const swap = () => {
		forgetChanges();
		send(message.swapRival());
	};
	const endRace = () => isOn() && send(message.endRace());
	return {
		/** Start a race with a copy of the present set-up, or end the present race. */
		race: () => isOn() ? endRace() : send(message.race({ changes: {} })),
		swapRival: () => isOn() && swap(),
		keepRival() {
			if (!isOn()) return;
			swap();
			endRace();
		},
		endRace,
	};
}

/** Begin the race that the link of a new training names, if it does. @param {PageState} page @param {(request: Message) => void} send */
export function beginRace({ start }, send) {
	if (start.race) send(message.race({ changes: start.race }));
}

/** Settings of the data: another value may be one that the rival cannot train with. */
const DATA_SETTINGS = /** @type {const} */ (["problem", "dataset", "classes"]);

/** Show a message when the rival could not follow a change of the data, which ends the race. @param {{store: Store, notify: (kind: string, key: string) => void}} page */
export function watchRace({ store, notify }) {
	store.subscribe(({ server }, { server: before }) => {
		if (!before?.rival || !server || server.rival || server === before) return;
		if (DATA_SETTINGS.some((name) => server.config[name] !== before.config[name])) notify("race", "race.over");
	});
}
