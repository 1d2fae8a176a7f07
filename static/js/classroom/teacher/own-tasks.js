// The tasks that a teacher wrote, kept in this browser.

const PLACE = "tinkernet.tasks";
const MOST = 100;

/** @typedef {{id: string, task: Task}} Kept */

/** @param {Storage | undefined} [storage] @returns {Kept[]} */
export function recallTasks(storage = globalThis.localStorage) {
  try {
    const found = JSON.parse(storage?.getItem(PLACE) ?? "[]");
    return Array.isArray(found) ? found.filter((each) => typeof each?.id === "string" && typeof each.task?.title === "string") : [];
  } catch {
    return [];
  }
}

/** @param {Kept[]} tasks @param {Storage | undefined} storage */
function write(tasks, storage) {
  try {
    storage?.setItem(PLACE, JSON.stringify(tasks.slice(-MOST)));
  } catch {
    // Storage may be forbidden or full: the task can be given all the same.
  }
}

/** Keep a task in the place of an earlier one, or as a new one. @param {Task} task @param {string | null} id @param {Storage | undefined} [storage] @returns {string} its id */
export function keepTask(task, id, storage = globalThis.localStorage) {
  const tasks = recallTasks(storage);
  const found = tasks.find((each) => each.id === id);
  const kept = found ?? { id: Math.random().toString(36).slice(2), task };
  kept.task = task;
  write(found ? tasks : [...tasks, kept], storage);
  return kept.id;
}

/** @param {string} id @param {Storage | undefined} [storage] */
export const forgetTask = (id, storage = globalThis.localStorage) => write(recallTasks(storage).filter((each) => each.id !== id), storage);
