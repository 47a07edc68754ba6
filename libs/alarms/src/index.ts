export { BullmqAlarms } from './bullmq/bullmq-alarms.ts';
export type { BullmqAlarmsOptions } from './bullmq/bullmq-alarms.ts';
export { jobBoard } from './bullmq/job-board.ts';
