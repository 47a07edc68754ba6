import { byCommand, defineAudit } from '../core/audit-definition.ts';
import type { OrdersAudit } from './audit.ts';

export const orderAudit = defineAudit({
  'order-opened.v1': {
    ...byCommand,
    follow: ({ orders }, { data }) => {
      orders.open(data);
    },
  },
  'order-paid.v1': {
    ...byCommand,
    follow: ({ orders }, { data }) => {
      orders.pay(data);
    },
  },
  'order-closed.v1': {
    isNotice: false,
    isByItself: true,
    follow: ({ orders }, { data }) => {
      orders.close(data);
    },
  },
});

declare module '../core/audit-definition.ts' {
  interface AuditedAccount {
    readonly orders: OrdersAudit;
  }
}
