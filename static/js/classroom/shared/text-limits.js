// The most characters of texts that people write in a room, as the server has them (server/classroom/schemas.py, model/task.py).

export const TEXT_LIMITS = { nickname: 24, roomName: 80, title: 120, taskText: 4000, hint: 1000, reason: 200 };
