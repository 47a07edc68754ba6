import type { Shown } from '#application';
import { listMediaTypes, routes } from '#contract';
import { type BillContent, billCsv, csvByteOrderMark } from '#domain';
import { hasParameter, preferred } from '../http/accept.ts';
import { found, sendJson } from '../http/answers.ts';
import type { RouteReply, RouteRequest } from '../http/caller.ts';

/** Sends a document in the form that the caller likes best of those that there are. */
export function sendDocument<Document extends BillContent & { readonly format: string }>(
  { headers }: RouteRequest,
  reply: RouteReply,
  shown: Shown<Document> | 'account_not_found' | 'bill_not_found',
  html: (document: Document, clocks: Shown<Document>['clocks']) => string,
): void {
  const { document, clocks } = found(shown);
  reply.header('vary', 'Accept');
  switch (preferred(headers.accept, listMediaTypes(routes.getBill))) {
    case 'text/csv':
      // Some spreadsheets take a file without a byte order mark for another encoding.
      reply
        .status(200)
        .header('content-type', 'text/csv; charset=utf-8')
        .send(`${hasParameter(headers.accept, 'text/csv', 'bom', '1') ? csvByteOrderMark : ''}${billCsv(document)}`);
      return;
    case 'text/html':
      reply
        .status(200)
        .header('content-type', 'text/html; charset=utf-8')
        .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
        .send(html(document, clocks));
      return;
    default:
      sendJson(reply, document);
  }
}
