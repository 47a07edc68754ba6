import { once } from 'node:events';
import { type AddressInfo, createServer, type Server as TcpServer, type Socket } from 'node:net';
import {
  type sendUnaryData,
  Server,
  ServerCredentials,
  type ServerReadableStream,
  type ServerUnaryCall,
} from '@grpc/grpc-js';
import gossipService from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/gossip_grpc_pb.js';
import gossip from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/gossip_pb.js';
import featuresService from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/serverfeatures_grpc_pb.js';
import features from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/serverfeatures_pb.js';
import shared from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/shared_pb.js';
import streamsService from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_grpc_pb.js';
import type streams from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb.js';
import {
  answerAppend,
  type Append,
  type AppendError,
  type AppendingNode,
  BatchAppends,
  type BatchCall,
  type UnaryAnswer,
  type UnaryCall,
} from './appending.ts';
import type { TransactionLog } from './log.ts';
import { notLeader } from './messages.ts';
import { answerRead, type ReadCall, serveSubscription } from './reading.ts';

type Empty = InstanceType<typeof shared.Empty>;
type Supported = InstanceType<typeof features.SupportedMethods>;
type Members = InstanceType<typeof gossip.ClusterInfo>;

/** What a node knows of its cluster. */
export interface Cluster {
  readonly nodes: readonly KurrentDbNode[];
  readonly leader: KurrentDbNode | undefined;
}

const host = '127.0.0.1';
/** The default of the servers that take the least: EventStoreDB 23.10 and 24.2. */
const appendBytesMaxOfOldServers = 1024 * 1024;

/**
 * One node: the protocol of the real server over a log in memory, that fails on demand. gRPC and protobuf are not
 * dependencies of ours: they come with the client, which the lock file puts at the top of node_modules with them.
 */
export class KurrentDbNode implements AppendingNode {
  readonly log: TransactionLog;
  appendBytesMax = appendBytesMaxOfOldServers;
  positionsAreSaid = true;
  /** Without it the client makes a call of its own for each append. */
  hasBatchAppend = true;
  findAppendError: (append: Append) => AppendError | undefined = () => undefined;
  /** Says nothing to anybody: connections stand, calls hang. */
  isSilent = false;
  /** Lets appends pile up at who sends them. */
  readsNoAppends = false;
  /** How many streams of appends were begun. */
  appendStreams = 0;
  /** How many subscriptions were asked for. */
  subscriptions = 0;
  #port = 0;
  readonly #cluster: Cluster;
  readonly #grpc = new Server();
  readonly #tcp: TcpServer;
  readonly #sockets = new Set<Socket>();

  constructor(log: TransactionLog, cluster: Cluster) {
    this.log = log;
    this.#cluster = cluster;
    this.#grpc.addService(streamsService.StreamsService, {
      read: (call: ReadCall) => {
        this.#read(call);
      },
      append: (call: UnaryCall, answer: UnaryAnswer) => {
        if (!this.isSilent && !this.#sendsToLeader(call)) void answerAppend(call, answer, this);
      },
      batchAppend: (call: BatchCall) => {
        this.#batchAppend(call);
      },
    });
    this.#grpc.addService(featuresService.ServerFeaturesService, {
      getSupportedMethods: (_: ServerUnaryCall<Empty, Supported>, answer: sendUnaryData<Supported>) => {
        if (!this.isSilent) answer(null, supportedMethods(this.hasBatchAppend));
      },
    });
    this.#grpc.addService(gossipService.GossipService, {
      read: (_: ServerUnaryCall<Empty, Members>, answer: sendUnaryData<Members>) => {
        if (!this.isSilent) answer(null, listMembers(this.#cluster));
      },
    });
    const injector = this.#grpc.createConnectionInjector(ServerCredentials.createInsecure());
    this.#tcp = createServer({ noDelay: true }, (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('error', () => undefined);
      injector.injectConnection(socket);
    });
  }

  get port(): number {
    return this.#port;
  }

  get address(): string {
    return `${host}:${String(this.#port)}`;
  }

  /** Listens, at the same port as before if it had stopped. */
  async listen(): Promise<void> {
    await once(this.#tcp.listen(this.#port, host), 'listening');
    this.#port = (this.#tcp.address() as AddressInfo).port;
  }

  /** Takes no connections any more and breaks those that it has. */
  async unlisten(): Promise<void> {
    const closed = new Promise((resolve) => this.#tcp.close(resolve));
    this.dropConnections();
    await closed;
  }

  readonly dropConnections = (): void => {
    for (const socket of this.#sockets) socket.destroy();
  };

  async stop(): Promise<void> {
    await this.unlisten();
    this.#grpc.forceShutdown();
  }

  #read(call: ReadCall): void {
    const isSubscription = call.request.getOptions()?.hasSubscription() ?? false;
    if (isSubscription) this.subscriptions += 1;
    if (this.isSilent || this.#sendsToLeader(call)) return;
    if (isSubscription) serveSubscription(call, this.log);
    else answerRead(call, this.log);
  }

  #batchAppend(call: BatchCall): void {
    this.appendStreams += 1;
    if (this.readsNoAppends) return;
    const batch = new BatchAppends(call, this);
    call.on('data', (request: InstanceType<typeof streams.BatchAppendReq>) => {
      if (this.isSilent || this.#sendsToLeader(call)) return;
      void batch.take(request);
    });
    call.on('end', () => {
      call.end();
    });
    call.on('error', () => undefined);
  }

  /** Who insists on the leader is told where it is; without a leader nothing is answered. */
  #sendsToLeader(call: Pick<ServerReadableStream<unknown, unknown>, 'metadata' | 'emit'>): boolean {
    const { leader } = this.#cluster;
    if (leader === this || call.metadata.get('requires-leader')[0] !== 'true') return false;
    if (leader !== undefined) call.emit('error', notLeader(host, leader.port));
    return true;
  }
}

function supportedMethods(hasBatchAppend: boolean): Supported {
  const supported = new features.SupportedMethods();
  supported.setEventStoreServerVersion('23.10.0');
  const methods = ['append', 'read', ...(hasBatchAppend ? ['batchappend'] : [])].map((name) => {
    const method = new features.SupportedMethod();
    method.setServiceName('event_store.client.streams.streams');
    method.setMethodName(name);
    if (name === 'read') method.setFeaturesList(['position', 'events']);
    return method;
  });
  supported.setMethodsList(methods);
  return supported;
}

function listMembers({ nodes, leader }: Cluster): Members {
  const members = nodes.map((node, index) => {
    const endPoint = new gossip.EndPoint();
    endPoint.setAddress(host);
    endPoint.setPort(node.port);
    const id = new shared.UUID();
    id.setString(`00000000-0000-4000-8000-${String(index).padStart(12, '0')}`);
    const member = new gossip.MemberInfo();
    member.setInstanceId(id);
    member.setTimeStamp('0');
    member.setState(node === leader ? gossip.MemberInfo.VNodeState.LEADER : gossip.MemberInfo.VNodeState.FOLLOWER);
    member.setIsAlive(true);
    member.setHttpEndPoint(endPoint);
    return member;
  });
  const cluster = new gossip.ClusterInfo();
  cluster.setMembersList(members);
  return cluster;
}
