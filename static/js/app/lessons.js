// Joins the panel of lessons, which is loaded on first use, with the page's state and connection.
import { message } from "../net/protocol.js";
import { createLazy, loadStyle } from "../ui/lazy.js";

const LESSON_NAME = /(?:^|[#&])lesson=([^&]*)/;
const STEP_NUMBER = /[#&]step=(\d{1,3})(?=&|$)/;

/** The lesson that a link opens; null if it names none. @param {string} hash */
export function lessonOf(hash) {
	const name = LESSON_NAME.exec(hash)?.[1];
	if (!name) return null;
	const step = STEP_NUMBER.exec(hash)?.[1];
	return { name, step: step ? Number(step) : null, alone: !/[#&](?!(lesson|step)=)\w/.test(hash) };
}

/** @typedef {ReturnType<typeof lessonOf>} NamedLesson */

/** @typedef {import("../lessons/types.d.ts").GivenProgress} GivenProgress */

/**
 * `onFinish`: the last step of the lesson that a teacher gives is finished.
 * @param {{i18n: I18n, store: Store, send: (request: Message) => void, session: () => string | null, tell: (text: string) => void,
 *   tellAway: (text: string | null) => void, openPanel: (panel: "training" | "point" | "quality" | "descent") => void, onFinish: () => void}} options
 */
export function createLessons({ i18n, store, send, session, tell, tellAway, openPanel, onFinish }) {
	/** The lesson that a teacher gives. @type {string | null} */
	let given = null;
	const panel = createLazy(async () => {
		const [{ LessonPanel }] = await Promise.all([
			import("../lessons/panel.js"),
			loadStyle("lessons"),
			loadStyle("lesson-place"),
			loadStyle("locked"),
			i18n.complete(),
		]);
		return new LessonPanel({
			i18n,
			tell,
			tellAway,
			openPanel,
			session,
			display: () => store.get().display,
			follow: (place, begin) => send(message.followLesson(place ? { lesson: place.name, step: place.step, begin } : { lesson: null })),
			check: () => send(message.checkLesson()),
			onFinish,
			onPlace: (lesson) => store.set({ lesson }),
			onDisplay: (display) => store.set({ display }),
		});
	});
	const isOpen = () => store.get().lesson !== null;
	/** Whether a lesson can be opened: while a class follows one, only that; it is said. @param {string} name */
	const isAllowed = (name) => {
		if (given && name !== given) i18n.complete().then(() => tell(i18n.t("lesson.ofClass")), () => {});
		return !given || name === given;
	};
	document.addEventListener("click", (event) => {
		const link = event.target instanceof Element && event.target.closest('a[href*="#lesson="]');
		const named = link && isOpen() ? lessonOf(link.getAttribute("href") ?? "") : null;
		if (!named || event.ctrlKey || event.metaKey || event.shiftKey) return; // in another tab
		event.preventDefault();
		if (isAllowed(named.name)) panel.use((view) => view.open(named.name, named.step, { given: given !== null }));
	});
	return {
		/** Open a lesson that a link names; `resumed`: the training was there before. @param {NonNullable<NamedLesson>} named @param {boolean} resumed */
		open: ({ name, step, alone }, resumed) =>
			isAllowed(name) && panel.use(async (view) => {
				const options = { begin: alone && !resumed, given: given !== null };
				if (!(await view.open(name, step, options))) view.close(); // one that was open belongs to another training
			}),
		/** Open the lesson that a teacher gives: begin it, or go on at a step, null for where this browser left it; close any for no name.
		 * @param {string | null} name @param {boolean} begin @param {number | null} [step] */
		give(name, begin, step = null) {
			const had = given;
			given = name;
			if (name) panel.use((view) => view.open(name, begin ? 1 : step, { begin, given: true }));
			else if (had || isOpen()) panel.use((view) => view.close());
		},
		/** What the server has seen reached in the lesson that a teacher gives. @param {GivenProgress} progress */
		take: (progress) => panel.use((view) => view.takeGiven(progress)),
		/** Show the lesson again that a teacher gives and the learner has closed. */
		comeBack: () => panel.use((view) => view.comeBack()),
		/** The connection is new. */
		again: () => (given || isOpen()) && panel.use((view) => view.again()),
		close: () => isOpen() && panel.use((view) => view.close()),
		/** Why a change was refused that the open step locks; null if it was not the step. @param {ServerError} error */
		reasonOf({ code, field, message: text }) {
			if (code !== "locked" || !(given || isOpen())) return null;
			return field === "lesson" ? i18n.t("lesson.ofClass") : text ?? null;
		},
		lessonNext: () => isOpen() && panel.use((view) => view.forward()),
		lessonBack: () => isOpen() && panel.use((view) => view.back()),
		update: panel.update,
	};
}
