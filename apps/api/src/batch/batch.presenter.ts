import type { Answer } from '#application';
import { problemOfRefusal } from '../http/answers.ts';

/** What one operation came to, as JSON text: its body is the text that the lane made. */
export function answerText(answer: Answer): string {
  if (answer.kind === 'refused') {
    const problem = problemOfRefusal(answer);
    return resultText(problem.status, JSON.stringify(problem));
  }
  const replayed = answer.replayed ? ',"replayed":true' : '';
  const now = answer.holdNow === undefined ? '' : `,"now":"${answer.holdNow}"`;
  return resultText(answer.created ? 201 : 200, answer.body, replayed + now);
}

export function resultText(status: number, body: string, more = ''): string {
  return `{"status":${String(status)},"body":${body}${more}}`;
}
