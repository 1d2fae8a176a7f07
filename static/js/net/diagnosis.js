// Finds out why a page has no connection, as far as possible: browsers do not say why a websocket failed.

/** Whether the server answers at all. */
const serverAnswers = () => fetch(new URL("api/health", document.baseURI)).then(({ ok }) => ok, () => false);

/**
 * Return a listener to a connection's status that calls `report` with one of these kinds:
 *
 * - "open"
 * - "full": the server has no place for this page
 * - "lost": the connection broke
 * - "unreached": there was no connection yet, and the server does not answer
 * - "blocked": there was no connection yet, and the server answers: websockets do not get through
 *
 * All but "open" are tried again by the connection itself, in `seconds`. Nothing is reported once another status has come.
 * @param {(kind: ConnectionKind, seconds: number) => void} report
 * @param {() => Promise<boolean>} [answers] asks the server
 * @returns {ConnectionOptions<unknown>["onStatus"]}
 */
export function diagnose(report, answers = serverAnswers) {
	let latestStatus = 0;
	return async (status, { attempt, seconds, reached }) => {
		const statusNumber = (latestStatus += 1);
		if (status === "connecting") return;
		if (status !== "reconnecting") return report(status, seconds);
		if (reached) return report("lost", seconds);
		const blocked = attempt > 1 && await answers(); // a first attempt may fail by chance
		if (statusNumber === latestStatus) report(blocked ? "blocked" : "unreached", seconds);
	};
}
