// Joins the panel of lessons, which is loaded on first use, with the page's state and connection.
import { message } from "../net/protocol.js";
import { createLazy, loadStyle } from "../ui/lazy.js";

const NAMED = /(?:^|[#&])lesson=([^&]*)/;
const STEP = /[#&]step=(\d{1,3})(?=&|$)/;

/** The lesson that a link opens; null if it names none. @param {string} hash */
export function lessonOf(hash) {
	const name = NAMED.exec(hash)?.[1];
	if (!name) return null;
	const step = STEP.exec(hash)?.[1];
	return { name, step: step ? Number(step) : null, alone: !/[#&](?!(lesson|step)=)\w/.test(hash) };
}

/** @typedef {ReturnType<typeof lessonOf>} NamedLesson */

/**
 * @param {{i18n: I18n, store: Store, send: (request: Message) => void, session: () => string | null, tell: (text: string) => void,
 *   openPanel: (panel: "training" | "point" | "quality" | "descent") => void}} options
 */
export function createLessons({ i18n, store, send, session, tell, openPanel }) {
	const panel = createLazy(async () => {
		const [{ LessonPanel }] = await Promise.all([
			import("../lessons/panel.js"),
			loadStyle("lessons"),
			loadStyle("lesson-place"),
			i18n.complete(),
		]);
		return new LessonPanel({
			i18n,
			tell,
			openPanel,
			session,
			display: () => store.get().display,
			follow: (place, begin) => send(message.followLesson(place ? { lesson: place.name, step: place.step, begin } : { lesson: null })),
			check: () => send(message.checkLesson()),
			onPlace: (lesson) => store.set({ lesson }),
			onDisplay: (display) => store.set({ display }),
		});
	});
	const isOpen = () => store.get().lesson !== null;
	document.addEventListener("click", (event) => {
		const link = event.target instanceof Element && event.target.closest('a[href*="#lesson="]');
		const named = link && isOpen() ? lessonOf(link.getAttribute("href") ?? "") : null;
		if (!named || event.ctrlKey || event.metaKey || event.shiftKey) return; // in another tab
		event.preventDefault();
		panel.use((view) => view.open(named.name, named.step));
	});
	return {
		/** Open a lesson that a link names; `resumed`: the training was there before. @param {NonNullable<NamedLesson>} named @param {boolean} resumed */
		open: ({ name, step, alone }, resumed) =>
			panel.use(async (view) => {
				if (!(await view.open(name, step, { begin: alone && !resumed }))) view.close(); // one that was open belongs to another training
			}),
		/** Open the lesson that a teacher gives, from its beginning or where it was left; none for null. @param {string | null} name @param {boolean} begin */
		give: (name, begin) =>
			name ? panel.use((view) => view.open(name, begin ? 1 : null, { begin, given: true })) : isOpen() && panel.use((view) => view.close()),
		/** The connection is new. */
		again: () => isOpen() && panel.use((view) => view.again()),
		close: () => isOpen() && panel.use((view) => view.close()),
		/** Why a change was refused that the open step locks; null if it was not the step. @param {ServerError} error */
		reasonOf: ({ code, message: text }) => (code === "locked" && isOpen() ? text ?? null : null),
		lessonNext: () => isOpen() && panel.use((view) => view.forward()),
		lessonBack: () => isOpen() && panel.use((view) => view.back()),
		update: panel.update,
	};
}
