// A race of the training with a rival: what a person does about it, the race that a link names, and the news that it is over.
import { message } from "../net/protocol.js";

/**
 * @param {Pick<ActionTools, "store" | "send">} tools @param {() => void} forgetChanges what was changed before belongs to another training
 */
export function raceActions({ store, send }, forgetChanges) {
	const isOn = () => store.get().server?.rival;
	const swap = () => {
		forgetChanges();
		send(message.swapRival());
	};
	const endRace = () => isOn() && send(message.endRace());
	return {
		/** Begin a race with a copy of the set-up of now, or end the one that there is. */
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

/** Tell that the rival could not follow a change of the data. @param {{store: Store, notify: (kind: string, key: string) => void}} page */
export function watchRace({ store, notify }) {
	store.subscribe(({ server }, { server: before }) => {
		if (!before?.rival || !server || server.rival || server === before) return;
		if (DATA_SETTINGS.some((name) => server.config[name] !== before.config[name])) notify("race", "race.over");
	});
}
