export { ReferenceChannel, signedWithinMs, signNotice } from './reference-channel.ts';
