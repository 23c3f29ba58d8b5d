//! Phrases in the error reports of servers, in lower case like the reports that are searched.

/// Prompt and answer do not fit the context.
pub const CONTEXT: [&str; 21] = [
    "context_length_exceeded",
    "exceed_context_size", // llama.cpp
    "context length",      // OpenAI, vLLM, Mistral, LM Studio
    "context size",        // llama.cpp
    "context window",      // Ollama, Groq
    "context limit",
    "maximum context",
    "maximum model length", // vLLM
    "max_model_len",
    "prompt is too long", // Anthropic behind routers
    "prompt too long",
    "input is too long",
    "input too long",
    "input token count", // Gemini
    "context shift",     // llama.cpp
    "max_seq_len",       // TabbyAPI, exllama
    "session_len",       // LMDeploy
    "context overflow",
    "context is full",
    "exceeds context",
    "request too large", // one request above a per-minute limit: waiting does not help
];

/// The same, unless the report is about a rate limit.
pub const TOO_MANY: [&str; 1] = ["too many tokens"];
/// A single request exceeds a limit, so waiting does not help.
pub const TOO_LARGE: [&str; 2] = ["request too large", "context_length_exceeded"];
/// Rate limits.
pub const PACED: [&str; 6] = [
    "per minute",
    "per-minute",
    "per min",
    "per second",
    "per hour",
    "per day",
];
/// The number or rate of requests is limited.
pub const THROTTLED: [&str; 14] = [
    "throttl",
    "please wait",
    "wait before",
    "slow down",
    "too many requests",
    "rate limit",
    "rate_limit",
    "rate-limit",
    "per minute",
    "per-minute",
    "per second",
    "per hour",
    "per day",
    "/ minute",
];

/// What may be too long, and words that say so. The first list is enough by itself, the second only
/// if the report is not about the answer.
pub const PROMPT: [&str; 4] = ["prompt", "input", "conversation", "sequence"];
pub const REQUEST: [&str; 7] = [
    "request", "messages", "total", "content", "context", "text", "body",
];
pub const COUNTED: [&str; 6] = ["token", "length", "context", "size", "character", "long"];
pub const EXCESS: [&str; 19] = [
    "exceed",
    "too long",
    "too large",
    "too many",
    "too big",
    "longer than",
    "larger than",
    "greater than",
    "more than",
    "less than",
    "maximum",
    "limit",
    "reduce",
    "shorten",
    "not possible",
    "not fit",
    "n't fit",
    "should be [",
    "must be <",
];
pub const ANSWER: [&str; 7] = [
    "max_tokens",
    "max_completion",
    "max_output",
    "max_new_tokens",
    "num_predict",
    "output token",
    "completion token",
];
/// Phrases of validators and other limits that only look like those above.
pub const FORMULAS: [&str; 5] = [
    "input should be",
    "input validation error",
    "extra inputs",
    "invalid input",
    "input_type",
];
pub const OTHER_LIMITS: [&str; 6] = [
    "schema",
    "response_format",
    "rate limit",
    "rate_limit",
    "quota",
    "per minute",
];

pub const SPENT: [&str; 21] = [
    "insufficient_quota",
    "insufficient quota",
    "insufficient credit",
    "insufficient balance",
    "insufficient_balance",
    "insufficient funds",
    "credit balance is too low",
    "out of credits",
    "not enough credit",
    "requires more credits",
    "no credits",
    "billing_hard_limit",
    "billing hard limit",
    "billing_not_active",
    "account is not active",
    "arrearage",
    "overdue",
    "spending limit",
    "payment required",
    "\u{4f59}\u{989d}\u{4e0d}\u{8db3}",
    "\u{6b20}\u{8d39}",
];
/// A spent quota, unless the report says when to retry.
pub const PERHAPS_SPENT: [&str; 4] = [
    "exceeded your current quota",
    "billing",
    "quota exceeded",
    "exceeded quota",
];
/// What an account has, and words that say that it is used up. Both in one sentence mean a spent
/// quota.
pub const MEANS: [&str; 15] = [
    "credit",
    "balance",
    "budget",
    "fund",
    "quota",
    "allowance",
    "allocation",
    "free tier",
    "free_tier",
    "free plan",
    "trial",
    "subscription",
    "usage limit",
    "usage_limit",
    "spend",
];
pub const GONE: [&str; 18] = [
    "insufficient",
    "not sufficient",
    "not enough",
    "too low",
    "exceeded",
    "exhausted",
    "depleted",
    "used up",
    "used all",
    "reached",
    "expired",
    "has ended",
    "ran out",
    "run out",
    "out of credit",
    "over budget",
    "no quota",
    "no remaining",
];
/// Looks like "balance".
pub const BALANCING: [&str; 2] = ["balancer", "balancing"];
pub const PASSING: [&str; 16] = [
    "retry in",
    "try again in",
    "retry after",
    "retrydelay",
    "retry_after",
    "per minute",
    "perminute",
    "per second",
    "resource_exhausted",
    "rate limit",
    "rate_limit",
    "too many requests",
    "tokens per",
    "requests per",
    "queries per",
    "/ minute",
];

pub const POLICY: [&str; 11] = [
    "content_policy",
    "content policy",
    "content_filter",
    "content management policy",
    "responsibleaipolicyviolation",
    "safety system",
    "moderation",
    "data_inspection_failed",
    "content exists risk",
    "prohibited_content",
    "guardrail",
];

pub const KEY: [&str; 9] = [
    "api key not valid",
    "invalid api key",
    "incorrect api key",
    "api_key_invalid",
    "invalid_api_key",
    "invalid authentication",
    "authentication_error",
    "no api key",
    "missing api key",
];

/// There is no such model, in a report that mentions a model.
pub const NO_MODEL: [&str; 18] = [
    "model_not_found",
    "model not found",
    "not exist",
    "n't exist",
    "no such model",
    "unknown model",
    "invalid model",
    "not a valid model",
    "not found",
    "decommissioned",
    "no longer available",
    "not a chat model",
    "must be verified",
    "does not have access",
    "not have access",
    "no endpoints found for",
    "access denied",
    "throughput",
];

/// The address is wrong.
pub const NO_ADDRESS: [&str; 7] = [
    "resource not found",
    "no route",
    "cannot post",
    "invalid url",
    "unknown request url",
    "unknown path",
    "page not found",
];

/// In a report without a status: the request was rejected.
pub const REJECTED: [&str; 9] = [
    "invalid",
    "unsupported",
    "not support",
    "n't support",
    "not allowed",
    "not permitted",
    "unrecognized",
    "bad request",
    "bad_request",
];

/// A request that an upstream server or the chat template rejected.
pub const NOT_TAKEN: [&str; 16] = [
    "invalid_request_error",
    "schema conversion failed",
    "parse grammar",
    "invalid_argument",
    "badrequesterror",
    "bad_request",
    "unsupportedparams",
    "error code: 400",
    "error 400",
    "400 bad request",
    "jinja",
    "template",
    "raise_exception",
    "roles must alternate",
    "role not supported",
    "roles are supported",
];

pub const BUSY: [&str; 8] = [
    "rate limit",
    "overloaded",
    "try again",
    "busy",
    "capacity",
    "timed out",
    "timeout",
    "unavailable",
];

/// Whether `words` contain any of `list`.
pub fn says(words: &str, list: &[&str]) -> bool {
    list.iter().any(|word| words.contains(word))
}
