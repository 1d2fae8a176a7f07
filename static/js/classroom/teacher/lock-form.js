// The form in which a teacher ticks the settings that learners cannot change.
import { h } from "../../ui/dom.js";
import { tick } from "../../ui/dialog.js";
import { LOCKABLE, OTHER_SETTINGS } from "../shared/setting-lists.js";
import { fieldName } from "../../views/setting-words.js";
import { lockedFurther } from "./field-words.js";

/** Return the form; `get` returns the ticked settings. @param {I18n} i18n */
export function createLockForm(i18n) {
	const element = h("div", { class: "lock-form share-choices" });
	const boxes = new Map(LOCKABLE.map((field) => [field, tick(fieldName(i18n, field))]));
	const further = tick(i18n.t("teach.locks.further"));
	element.append(...[...boxes.values()].map((each) => each.element), further.element);
	const all = [...boxes.values(), further];
	/** @type {string[]} */
	let lastLocks = []; // the locks that were set; an indeterminate box keeps its part of them
	return {
		element,
		/** @param {boolean} on */
		setAll(on) {
			for (const { box } of all) box.checked = on;
			further.box.indeterminate = false;
		},
		/** @param {string[]} locks */
		set(locks) {
			lastLocks = locks;
			const locked = new Set(locks);
			const count = OTHER_SETTINGS.filter((field) => locked.has(field)).length;
			for (const [field, { box }] of boxes) box.checked = locked.has(field);
			further.box.checked = count === OTHER_SETTINGS.length;
			further.box.indeterminate = count > 0 && count < OTHER_SETTINGS.length;
		},
		/** @returns {string[]} */
		get: () => [...[...boxes].filter(([, { box }]) => box.checked).map(([field]) => field), ...lockedFurther(further.box, lastLocks)],
	};
}
