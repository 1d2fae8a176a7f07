// Connects the lesson panel, which is loaded on first use, to the page's state and connection.
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

/** @typedef {import("../lessons/types.d.ts").AssignedProgress} AssignedProgress */

/**
 * `send` sends a message to the server; `session` returns the session's id; `notify` shows a text; `notifyDismissed` shows that the assigned lesson
 * is out of view, or removes that notice for null; `onFinish` is called when the last step of an assigned lesson is finished.
 * @param {{i18n: I18n, store: Store, send: (request: Message) => void, session: () => string | null, notify: (text: string) => void,
 *   notifyDismissed: (text: string | null) => void, openPanel: (panel: "training" | "point" | "quality" | "descent") => void, onFinish: () => void}} options
 */
export function createLessons({ i18n, store, send, session, notify, notifyDismissed, openPanel, onFinish }) {
	/** The lesson that the teacher has assigned to the class. @type {string | null} */
	let assigned = null;
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
			notify,
			notifyDismissed,
			openPanel,
			session,
			display: () => store.get().display,
			sendStep: (place, begin, restart = false) =>
				send(message.followLesson(place ? { lesson: place.name, step: place.step, begin, restart } : { lesson: null })),
			requestCheck: () => send(message.checkLesson()),
			onFinish,
			onPosition: (lesson) => store.set({ lesson }),
			onDisplay: (display) => store.set({ display }),
		});
	});
	const isOpen = () => store.get().lesson !== null;
	/** Whether a lesson may be opened. While one is assigned, no other may, and the learner is told so. @param {string} name */
	const isAllowed = (name) => {
		if (assigned && name !== assigned) i18n.complete().then(() => notify(i18n.t("lesson.ofClass")), () => {});
		return !assigned || name === assigned;
	};
	document.addEventListener("click", (event) => {
		const link = event.target instanceof Element && event.target.closest('a[href*="#lesson="]');
		const named = link && isOpen() ? lessonOf(link.getAttribute("href") ?? "") : null;
		if (!named || event.ctrlKey || event.metaKey || event.shiftKey) return; // in another tab
		event.preventDefault();
		if (isAllowed(named.name)) panel.use((view) => view.open(named.name, named.step, { isAssigned: assigned !== null }));
	});
	return {
		/** Open the lesson that a link names. `resumed`: the session existed before, so that the step's set-up is not applied. @param {NonNullable<NamedLesson>} named @param {boolean} resumed */
		open: ({ name, step, alone }, resumed) =>
			isAllowed(name) && panel.use(async (view) => {
				const options = { begin: alone && !resumed, isAssigned: assigned !== null };
				if (!(await view.open(name, step, options))) view.close(); // one that was open belongs to another training
			}),
		/**
		 * Open the lesson that the teacher assigns, from its start (`begin`) or at a step; null: where this browser left it. Without a name, close any.
		 * @param {string | null} name @param {boolean} begin @param {number | null} [step] */
		assign(name, begin, step = null) {
			const wasAssigned = assigned !== null;
			assigned = name;
			if (name) panel.use((view) => view.open(name, begin ? 1 : step, { begin, isAssigned: true }));
			else if (wasAssigned || isOpen()) panel.use((view) => view.close());
		},
		/** Show what the server has verified in the assigned lesson. @param {AssignedProgress} progress */
		receiveProgress: (progress) => panel.use((view) => view.receiveAssignedProgress(progress)),
		/** Show the assigned lesson again after the learner has dismissed it. */
		reopen: () => panel.use((view) => view.reopen()),
		/** Send the open step again after a reconnection. */
		resendStep: () => (assigned || isOpen()) && panel.use((view) => view.resendStep()),
		close: () => isOpen() && panel.use((view) => view.close()),
		/** Return why the server refused a change; null if the open step is not the reason. @param {ServerError} error */
		reasonOf({ code, field, message: text }) {
			if (code !== "locked" || !(assigned || isOpen())) return null;
			return field === "lesson" ? i18n.t("lesson.ofClass") : text ?? null;
		},
		lessonNext: () => isOpen() && panel.use((view) => view.forward()),
		lessonBack: () => isOpen() && panel.use((view) => view.back()),
		update: panel.update,
	};
}
