// The leaderboard of a room, as the projector and the results show it.
import { loss as formatLoss } from "../../ui/format.js";
import { h } from "../../ui/dom.js";

/** Return the leaderboard as a list. @param {I18n} i18n @param {Room | ProjectedRoom} room @param {boolean} namesHidden @returns {HTMLElement} */
export function rankingList(i18n, room, namesHidden) {
	const value = (
		/** @type {number} */ each,
	) => (room.leaderboard === "lowest_test_loss" ? formatLoss(each, i18n) : i18n.number(each, { maximumFractionDigits: 0 }));
	const name = (/** @type {{seat: string, nickname: string | null}} */ each) => {
		if (!namesHidden && !room.anonymous && each.nickname) return each.nickname;
		return i18n.t("wall.numbered", { number: room.seats.findIndex(({ seat }) => seat === each.seat) + 1 });
	};
	const rows = (room.ranking ?? []).map((each) =>
		h(
			"li",
			{},
			h("span", { class: "rank", text: String(each.rank) }),
			h("span", { class: "rank-name", text: name(each) }),
			h("span", { class: "rank-value", text: value(each.value) }),
		)
	);
	return rows.length > 0 ? h("ol", { class: "ranking" }, ...rows) : h("p", { class: "quiet", text: i18n.t("teach.ranking.empty") });
}
