-- Freezes for wrk: every thread counts on its own, so that each hold id is new.
local thread = 0
function setup(t)
  t:set('thread', thread)
  thread = thread + 1
end

function init(args)
  key, run, accounts = args[1], args[2], tonumber(args[3])
  count = 0
  headers = { ['content-type'] = 'application/json', ['authorization'] = 'Bearer ' .. key }
end

function request()
  count = count + 1
  local body = string.format('{"holdId":"%s-%d-%d","product":"face-verify"}', run, thread, count)
  return wrk.format('POST', '/v1/accounts/bench-' .. (count * 7919 % accounts) .. '/holds', headers, body)
end

function done(summary, latency)
  io.write(string.format('{"requests":%d,"seconds":%f,"failed":%d,"p50":%f,"p99":%f}\n',
    summary.requests, summary.duration / 1e6,
    summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
