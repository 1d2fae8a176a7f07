// Texts for a seat's progress in the lesson that is its task.

/** Whether all checks of a lesson are reached; false of a lesson without checks. @param {LessonProgress | null | undefined} lesson */
export const isComplete = (lesson) => Boolean(lesson && lesson.checks > 0 && lesson.reached === lesson.checks);

/** Whether only the lesson's checks count, as the task has no goal. @param {{lesson?: LessonProgress | null, progress: Progress | null}} seat */
export const countsChecks = ({ lesson, progress }) => Boolean(lesson && !progress);

/**
 * Return the step and the reached checks for a tile: `words` in few words, `figures` in figures alone, for narrow tiles.
 * @param {LessonProgress} lesson @param {I18n} i18n @returns {{words: string, figures: string}}
 */
export function shortTexts({ step, steps, reached, checks }, { t }) {
	const tick = checks ? `✓\u2009${t("wall.lesson.of", { part: reached, whole: checks })}` : "";
	const words = step ? t("wall.lesson.shortStep", { step, steps }) : t("wall.lesson.unopened");
	const figures = step ? t("wall.lesson.of", { part: step, whole: steps }) : "–";
	return { words: [words, tick].filter(Boolean).join(" · "), figures: [figures, tick].filter(Boolean).join(" ") };
}

/** Return the progress as a full text. @param {LessonProgress} lesson @param {I18n} i18n */
export function progressText({ step, steps, reached, checks, finished, opened = [] }, { t }) {
	const at = step ? t("lesson.stepOf", { step, steps }) : t("wall.lesson.unopened");
	const texts = [
		at,
		...(checks ? [t("room.lesson.checks", { met: reached, of: checks })] : []),
		...(finished ? [t("wall.badge.finished")] : []),
		...(opened.length > 0 ? [t("wall.lesson.opened", { steps: opened.join(", ") })] : []),
	];
	return texts.join(" · ");
}
