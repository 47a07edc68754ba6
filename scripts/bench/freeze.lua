-- Freezes for wrk, or freezes and settles in turn: every thread counts on its own, so that each hold id is new. What is
-- settled was frozen so many freezes ago that it has been answered even if one connection is slow.
local thread = 0
function setup(t)
  t:set('thread', thread)
  thread = thread + 1
end

function init(args)
  key, run, accounts, settles = args[1], args[2], tonumber(args[3]), args[4] == 'settles'
  zipf = args[5] == 'zipf' and zipfSlots(accounts) or nil
  count = 0
  turn = 0
  headers = { ['content-type'] = 'application/json', ['authorization'] = 'Bearer ' .. key }
end

-- The account of rank r has its share of 1/r among some 10 000 slots, at least one: as zipfSlots of zipf.mjs.
function zipfSlots(accounts)
  local sum, slots = 0, {}
  for rank = 1, accounts do sum = sum + 1 / rank end
  for rank = 1, accounts do
    for _ = 1, math.max(1, math.floor(10000 / rank / sum + 0.5)) do slots[#slots + 1] = rank - 1 end
  end
  return slots
end

function account(number)
  local chosen = zipf and zipf[number * 7919 % #zipf + 1] or number * 7919 % accounts
  return '/v1/accounts/bench-' .. chosen .. '/holds'
end

function request()
  turn = turn + 1
  local settled = count - 512
  if settles and turn % 2 == 0 and settled > 0 then
    local hold = string.format('/%s-%d-%d/settle', run, thread, settled)
    return wrk.format('POST', account(settled) .. hold, headers, '{"outcome":"match"}')
  end
  count = count + 1
  local body = string.format('{"holdId":"%s-%d-%d","product":"face-verify"}', run, thread, count)
  return wrk.format('POST', account(count), headers, body)
end

function done(summary, latency)
  io.write(string.format('{"requests":%d,"seconds":%f,"failed":%d,"p50":%f,"p99":%f}\n',
    summary.requests, summary.duration / 1e6,
    summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
