export { answerBadPaths } from './bad-path.ts';
export { Connections } from './connections.ts';
export { FairBound } from './fair-bound.ts';
export { FairShare } from './fair-share.ts';
export { guardRequests } from './guard-requests.ts';
export { measureAnswers } from './measure-answers.ts';
export { measuredConnections } from './measured-connections.ts';
export { readOrigin } from './origin.ts';
