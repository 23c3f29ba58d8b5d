"""How servers word what they do not take, and what is to be done then: tokens are theirs, sentences ours."""

# ruff: noqa: E501 - each wording on a line of its own

import json
from typing import Any, NamedTuple

# What is done: "most 4096" (a shorter answer), "swap" (the other name for its limit), "omit X", "no system",
# "no bounds", "without X" (a keyword of schemas), "closed", "not strict", "object" (JSON enforced by less),
# "stream", "context", "wait 3" (seconds), "again" (it passes), "unread" (asked once more), or what the operator
# is told.


class Wording(NamedTuple):
    """`limited`: the limit of the answer was sent as `max_completion_tokens`."""

    server: str
    status: int
    body: str
    done: str
    limited: bool = False


def _openai(message: str, code: str | None = None, param: str | None = None, kind: str = "") -> str:
    kind = kind or "invalid_request_error"
    return json.dumps({"error": {"message": message, "type": kind, "code": code, "param": param}})


def _object(message: str, kind: str = "BadRequestError") -> str:
    return json.dumps({"object": "error", "message": message, "type": kind, "param": None, "code": 400})


def _google(message: str, status: str = "INVALID_ARGUMENT", code: int = 400, **more: Any) -> str:
    return json.dumps([{"error": {"code": code, "message": message, "status": status, **more}}])


def _detail(loc: list[str], msg: str, kind: str = "value_error") -> str:
    item = {"type": kind, "loc": loc, "msg": msg, "input": {"temperature": 0, "response_format": {}}}
    return json.dumps({"detail": [item]})


def _wrapped(inner: str, name: str) -> str:
    """As routers pass on what the server behind them said."""
    metadata = {"raw": inner, "provider_name": name}
    return json.dumps({"error": {"message": "Provider returned error", "code": 400, "metadata": metadata}})


_SWAP = "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
_QUOTA = "You exceeded your current quota, please check your plan and billing details."
_RETRY = [{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "3s"}]

WORDINGS = (
    # the limit's name
    Wording("OpenAI", 400, _openai(_SWAP, "unsupported_parameter", "max_tokens"), "swap"),
    Wording("Azure", 400, json.dumps({"error": {"code": "BadRequest", "message": _SWAP}}), "swap"),
    Wording("OpenRouter", 400, _wrapped(_openai(_SWAP, param="max_tokens"), "OpenAI"), "swap"),
    Wording("LiteLLM", 400, _openai(f"litellm.BadRequestError: OpenAIException - {_SWAP} Error code: 400"), "swap"),
    Wording("a gateway", 500, _openai(f"Error code: 400 - {{'error': {{'message': \"{_SWAP}\"}}}}"), "swap"),
    Wording("Mistral", 422, _detail(["body", "max_completion_tokens"], "Extra inputs are not permitted"), "swap", True),
    Wording("Together", 400, _openai("Unrecognized request argument supplied: max_completion_tokens"), "swap", True),
    Wording("Cohere", 422, json.dumps({"message": "unknown field: parameter 'max_completion_tokens' is not valid"}), "swap", True),
    Wording("Bedrock gateway", 400, json.dumps({"detail": "max_completion_tokens: extra fields not permitted"}), "swap", True),
    Wording("Anthropic", 400, _openai("max_tokens: Field required"), "swap", True),
    # how much it may be
    Wording("OpenAI", 400, _openai("max_tokens is too large: 8192. This model supports at most 4096 completion tokens, whereas you provided 8192.", "invalid_value", "max_tokens"), "most 4096"),
    Wording("DeepSeek", 400, _openai("Invalid max_tokens value, the valid range of max_tokens is [1, 4096]"), "most 4096"),
    Wording("DashScope", 400, _openai("<400> InternalError.Algo.InvalidParameter: Range of max_tokens should be [1,2000]"), "most 2000"),
    Wording("Anthropic", 400, _openai("max_tokens: 8192 > 4096, which is the maximum allowed number of output tokens for claude-3-haiku-20240307"), "most 4096"),
    Wording("Cohere", 400, json.dumps({"message": "invalid request: max_tokens must be between 1 and 4,096"}), "most 4096"),
    Wording("Groq", 400, _openai("`max_tokens` must be less than or equal to `4096`, the maximum value for `max_tokens` is less than the `context_window` for this model"), "most 4096"),
    Wording("Fireworks", 400, _openai("Requests with max_tokens > 4096 must have stream=true"), "most 4096"),
    Wording("vLLM", 400, _object("max_tokens=8192 cannot be greater than max_model_len=max_total_tokens=4096. Please request fewer output tokens."), "most 1024"),
    Wording("vLLM", 400, _openai("'max_tokens' or 'max_completion_tokens' is too large: 8192. This model's maximum context length is 8192 tokens and your request has 2000 input tokens (8192 > 8192 - 2000).", param="max_tokens"), "most 2048"),
    Wording("TGI", 422, json.dumps({"error": "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 1200 `inputs` tokens and 8192 `max_new_tokens`", "error_type": "validation"}), "most 1024"),
    Wording("FastAPI", 422, _detail(["body", "max_tokens"], "Input should be less than or equal to 4096", "less_than_equal"), "most 4096"),
    Wording("Cloudflare", 400, json.dumps({"success": False, "errors": [{"code": 5006, "message": "Error: max_tokens is too large"}]}), "most 4096"),
    Wording("OpenAI", 400, _openai("This model's maximum context length is 8192 tokens. However, you requested 9200 tokens (1008 in the messages, 8192 in the completion). Please reduce the length.", "context_length_exceeded"), "most 2048"),
    # temperature, and other parameters
    Wording("OpenAI", 400, _openai("Unsupported value: 'temperature' does not support 0.0 with this model. Only the default (1) value is supported.", "unsupported_value", "temperature"), "omit temperature"),
    Wording("Moonshot", 400, _openai("invalid temperature: only 1 is allowed for this model"), "omit temperature"),
    Wording("Anthropic", 400, _openai("`temperature` is deprecated for this model."), "omit temperature"),
    Wording("LiteLLM", 400, _openai("litellm.UnsupportedParamsError: gpt-5 models don't support temperature=0. Only temperature=1 is supported. To drop unsupported params set `litellm.drop_params = True`"), "omit temperature"),
    Wording("Databricks", 400, json.dumps({"error_code": "BAD_REQUEST", "message": "Unknown parameters: ['temperature']"}), "omit temperature"),
    Wording("Bedrock", 400, json.dumps({"message": "The model returned the following errors: temperature is not permitted"}), "omit temperature"),
    Wording("TGI", 422, json.dumps({"error": "Input validation error: `temperature` must be strictly positive", "error_type": "validation"}), "omit temperature"),
    Wording("xAI", 400, json.dumps({"code": "Client specified an invalid argument", "error": "Argument not supported on this model: temperature"}), "omit temperature"),
    # roles
    Wording("vLLM", 400, _object("System role not supported"), "no system"),
    Wording("llama.cpp", 500, json.dumps({"error": {"code": 500, "message": "Jinja Exception: System role not supported", "type": "server_error"}}), "no system"),
    Wording("vLLM", 400, _object("Conversation roles must alternate user/assistant/user/assistant/..."), "no system"),
    Wording("llama.cpp", 500, json.dumps({"error": {"code": 500, "message": "Conversation roles must alternate user/assistant at row 19, column 27: {{ raise_exception('...') }}"}}), "no system"),
    Wording("OpenAI", 400, _openai("Unsupported value: 'messages[0].role' does not support 'system' with this model.", "unsupported_value", "messages[0].role"), "no system"),
    Wording("Gemini", 400, _google("Developer instruction is not enabled for models/gemma-3-27b-it"), "no system"),
    Wording("Bedrock", 400, json.dumps({"message": "This model doesn't support system messages. Try again without a system message."}), "no system"),
    Wording("SGLang", 400, _object("Only user and assistant roles are supported!"), "no system"),
    Wording("LM Studio", 400, json.dumps({"error": 'Error rendering prompt with jinja template: "Error: Only user and assistant roles are supported!"'}), "no system"),
    Wording("TGI", 422, json.dumps({"error": "Template error: invalid operation: System role not supported (in <string>:1)", "error_type": "template_error"}), "no system"),
    # schemas
    Wording("DeepSeek", 400, _openai("This response_format type is unavailable now", "invalid_request_error"), "object"),
    Wording("DeepSeek", 422, "Failed to deserialize the JSON body into the target type: response_format: response_format.type `json_schema` is unavailable now at line 1 column 12440", "object"),
    Wording("OpenAI", 400, _openai("Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model.", param="response_format"), "object"),
    Wording("LM Studio", 400, json.dumps({"error": "'response_format.type' must be 'text'"}), "object"),
    Wording("Perplexity", 400, _openai('["At body -> response_format -> type: Input should be \'text\' or \'regex\'"]', kind="bad_request"), "object"),
    Wording("Groq", 400, _openai("This model does not support response format `json_schema`. See supported models."), "object"),
    Wording("Groq", 400, _openai("Failed to generate JSON. Please adjust your prompt. See 'failed_generation' for more details.", "json_validate_failed"), "object"),
    Wording("OpenRouter", 404, _openai("No endpoints found that support structured outputs."), "object"),
    Wording("Together", 400, _openai("JSON mode is not supported for this model"), "object"),
    Wording("Ollama", 400, json.dumps({"error": "invalid format: unsupported JSON schema: structured outputs are off"}), "object"),
    Wording("vLLM", 400, _object("Guided decoding is not available with this engine"), "object"),
    Wording("a proxy", 415, "", "object"),
    Wording("a gateway", 400, json.dumps({"error": {"message": "Request contains an invalid argument."}}), "object"),
    Wording("Gemini", 400, _google("Request contains an invalid argument."), "object"),
    Wording("OpenRouter", 404, _openai("No endpoints found that can handle the requested parameters."), "object"),
    Wording("LiteLLM", 400, _openai("Invalid request sent to the upstream"), "object"),
    Wording("Anthropic", 400, _openai("output_format.schema: For 'array' type, property 'maxItems' is not supported"), "no bounds"),
    Wording("Anthropic", 400, _openai("output_format.schema: For 'integer' type, property 'minimum' is not supported"), "no bounds"),
    Wording("Groq", 400, _openai("invalid schema for response format: response_format/json_schema/chunk: maxItems is not supported"), "no bounds"),
    Wording("Cerebras", 400, _wrapped(json.dumps({"message": "Unsupported JSON schema fields: {'minItems', 'maxItems'}", "param": "response_format", "code": "wrong_api_format"}), "Cerebras"), "no bounds"),
    Wording("Fireworks", 400, _openai("JSON schema conversion failed: maxLength not implemented"), "no bounds"),
    Wording("llama.cpp", 400, _openai("JSON schema conversion failed:\nUnrecognized schema"), "no bounds"),
    Wording("llama.cpp", 500, json.dumps({"error": {"code": 500, "message": "JSON schema conversion failed: number of repetitions exceeds sane defaults", "type": "server_error"}}), "no bounds"),
    Wording("Gemini", 400, _google("The specified schema produces a constraint that has too many states for serving."), "no bounds"),
    Wording("Vertex", 501, _google("Unable to submit request because response schemas specified unsupported field max_length", "UNIMPLEMENTED", 501), "no bounds"),
    Wording("OpenAI", 400, _openai("Invalid schema for response_format 'chunk': In context=('properties', 'notes'), 'maxItems' is not permitted.", param="response_format"), "no bounds"),
    Wording("xAI", 400, json.dumps({"code": "invalid-argument", "error": "Schema contains unsupported keyword maxLength"}), "no bounds"),
    Wording("Gemini", 400, _google("Invalid JSON payload received. Unknown name \"additionalProperties\" at 'generation_config.response_schema': Cannot find field."), "without additionalProperties"),
    Wording("a proxy of Gemini", 502, json.dumps({"error": {"message": 'Error 400 from upstream: Unknown name "additional_properties": Cannot find field.', "type": "invalid_request_error"}}), "without additionalProperties"),
    Wording("OpenAI", 400, _openai("Invalid schema for response_format 'chunk': In context=(), 'additionalProperties' is required to be supplied and to be false.", param="response_format"), "closed"),
    Wording("OpenAI", 400, _openai("Invalid schema for response_format 'chunk': In context=(), 'required' is required to be supplied and to be an array including every key in properties. Missing 'text'."), "closed"),
    Wording("Groq", 400, _openai("invalid JSON schema for response_format: `additionalProperties:false` must be set on every object"), "closed"),
    Wording("vLLM", 400, _object("strict is not a valid key"), "not strict"),
    Wording("Together", 422, _detail(["body", "response_format", "json_schema", "strict"], "Extra inputs are not permitted"), "not strict"),
    Wording("DashScope", 400, _openai("This model only support stream mode, please enable the stream parameter to access the model."), "stream"),
    Wording("DashScope", 400, _openai("parameter.enable_thinking must be set to false for non-streaming calls"), "stream"),
    # a full context
    Wording("OpenAI", 400, _openai("This model's maximum context length is 128000 tokens. However, your messages resulted in 130001 tokens.", "context_length_exceeded", "messages"), "context"),
    Wording("OpenAI", 400, _openai("Invalid 'messages[1].content': string too long. Expected a string with maximum length 10485760."), "context"),
    Wording("llama.cpp", 400, json.dumps({"error": {"code": 400, "message": "the request exceeds the available context size, try increasing it", "type": "exceed_context_size_error", "n_ctx": 40000}}), "context"),
    Wording("llama-cpp-python", 500, _openai("Requested tokens (90012) exceed context window of 81920", kind="internal_server_error"), "context"),
    Wording("TGI", 422, json.dumps({"error": "Input validation error: `inputs` must have less than 40950 tokens. Given: 90000", "error_type": "validation"}), "context"),
    Wording("Bedrock", 400, json.dumps({"message": "Input is too long for requested model."}), "context"),
    Wording("xAI", 400, json.dumps({"code": "Client specified an invalid argument", "error": "This model's maximum prompt length is 131072 but the request contains 537812 tokens."}), "context"),
    Wording("Cohere", 400, json.dumps({"message": "too many tokens: total number of tokens in the prompt cannot exceed 40810 - received 54230"}), "context"),
    Wording("DashScope", 400, _openai("Range of input length should be [1, 30720]", "invalid_parameter_error"), "context"),
    Wording("Moonshot", 400, _openai("Invalid request: Your request exceeded model token limit: 131072"), "context"),
    Wording("MiniMax", 400, _openai("invalid params, context window exceeds limit (2013)", kind="bad_request_error"), "context"),
    Wording("Databricks", 400, json.dumps({"error_code": "BAD_REQUEST", "message": "Exceeded maximum allowed content length"}), "context"),
    Wording("SambaNova", 400, _openai("Requested generation length 8192 is not possible! The provided prompt has length 90000 "), "context"),
    Wording("LM Studio", 400, json.dumps({"error": "The number of tokens to keep from the initial prompt is greater than the context length."}), "context"),
    Wording("Mistral", 400, _object("Prompt contains 65673 tokens and 0 draft tokens, too large for model with 32768 maximum context length"), "context"),
    Wording("HF router", 422, json.dumps({"error": {"message": "Input length 90010 exceeds maximum allowed token size 32768", "http_status_code": 422}}), "context"),
    Wording("SGLang", 400, _object("The input (90013 tokens) is longer than the model's context length (32768 tokens)."), "context"),
    Wording("NIM", 400, _object("Input length (90000) exceeds max_input_len 32768"), "context"),
    Wording("Cerebras", 400, json.dumps({"message": "Please reduce the length of the messages or completion. Current length is 90000 while limit is 32768", "param": "messages"}), "context"),
    Wording("GitHub Models", 413, json.dumps({"error": {"code": "tokens_limit_reached", "message": "Request body too large for gpt-4o model. Max size: 8000 tokens."}}), "context"),
    Wording("nginx", 413, "<html><head><title>413 Request Entity Too Large</title></head></html>", "context"),
    Wording("Volcengine", 400, _openai("Total tokens of image and text exceed max message tokens", "OversizeImage"), "context"),
    Wording("SiliconFlow", 400, json.dumps({"code": 20015, "message": "length of prompt_tokens (163280) must be less than max_seq_len (32768)."}), "context"),
    Wording("Anthropic", 400, _openai("input length and `max_tokens` exceed context limit: 199759 + 8192 > 200000, decrease input length or `max_tokens` and try again"), "context"),
    Wording("Groq", 413, _openai("Request too large for model `m` on tokens per minute (TPM): Limit 6000, Requested 7000, please reduce your message size and try again.", "rate_limit_exceeded"), "context"),
    Wording("OpenAI", 429, _openai("Request too large for gpt-4o on tokens per min (TPM): Limit 30000, Requested 40000.", "rate_limit_exceeded", kind="tokens"), "context"),
    # what passes
    Wording("OpenAI", 429, _openai("Rate limit reached for gpt-4o on requests per min (RPM): Limit 3, Used 3, Requested 1. Please try again in 20s.", "rate_limit_exceeded"), "wait 20"),
    Wording("OpenAI", 429, _openai("Rate limit reached on tokens per min (TPM). Please try again in 1m2.5s.", "rate_limit_exceeded"), "wait 62.5"),
    Wording("OpenAI", 429, _openai("Rate limit reached. Please try again in 60ms.", "rate_limit_exceeded"), "wait 0.06"),
    Wording("Gemini", 429, _google(f"{_QUOTA} * Quota exceeded for metric: generate_content_free_tier_requests, limit: 10. Please retry in 3.07s.", "RESOURCE_EXHAUSTED", 429), "wait 3.07"),
    Wording("Gemini", 429, _google(_QUOTA, "RESOURCE_EXHAUSTED", 429, details=_RETRY), "wait 3"),
    Wording("Azure", 429, json.dumps({"error": {"code": "429", "message": "Requests have exceeded the token rate limit of your current S0 pricing tier. Please retry after 7 seconds."}}), "wait 7"),
    Wording("Anthropic", 429, _openai("Number of request tokens has exceeded your per-minute rate limit; try again later.", kind="rate_limit_error"), "again"),
    Wording("Mistral", 429, json.dumps({"message": "Requests rate limit exceeded"}), "again"),
    Wording("Anthropic", 529, json.dumps({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}), "again"),
    Wording("OpenRouter", 200, json.dumps({"error": {"message": "Provider returned error", "code": 429, "metadata": {"raw": "slow down"}}}), "again"),
    Wording("MiniMax", 200, json.dumps({"base_resp": {"status_code": 1002, "status_msg": "rate limit, please try again"}}), "again"),
    Wording("llama.cpp", 503, json.dumps({"error": {"code": 503, "message": "Loading model", "type": "unavailable_error"}}), "again"),
    Wording("a proxy", 502, "<html><h1>502 Bad Gateway</h1></html>", "again"),
    Wording("Cloudflare", 524, "error code: 524", "again"),
    Wording("a proxy", 200, "<html><h1>One moment</h1></html>", "unread"),
    # what does not
    Wording("OpenAI", 429, _openai(_QUOTA, "insufficient_quota", kind="insufficient_quota"), "quota is spent"),
    Wording("an old server", 429, _openai(_QUOTA), "quota is spent"),
    Wording("DeepSeek", 402, _openai("Insufficient Balance"), "quota is spent"),
    Wording("OpenRouter", 402, _openai("This request requires more credits, or fewer max_tokens."), "quota is spent"),
    Wording("Anthropic", 400, _openai("Your credit balance is too low to access the API. Please go to Plans & Billing."), "quota is spent"),
    Wording("DashScope", 400, json.dumps({"code": "Arrearage", "message": "Access denied, please make sure your account is in good standing."}), "quota is spent"),
    Wording("xAI", 403, json.dumps({"error": "Your team has either used all available credits or reached its monthly spending limit."}), "quota is spent"),
    Wording("OpenAI", 401, _openai("Incorrect API key provided: sk-abcdef.", "invalid_api_key"), "OPENAI_API_KEY"),
    Wording("Gemini", 400, _google("API key not valid. Please pass a valid API key."), "OPENAI_API_KEY"),
    Wording("xAI", 400, json.dumps({"error": "Incorrect API key provided: xai-***. You can obtain one from the console."}), "OPENAI_API_KEY"),
    Wording("OpenAI", 404, _openai("The model `gpt-9` does not exist or you do not have access to it.", "model_not_found"), "OPENAI_MODEL"),
    Wording("DeepSeek", 400, _openai("Model Not Exist"), "OPENAI_MODEL"),
    Wording("OpenRouter", 400, _openai("acme/nothing is not a valid model ID"), "OPENAI_MODEL"),
    Wording("LiteLLM", 400, _openai("Invalid model name passed in model=nothing. Call `/v1/models` to view available models."), "OPENAI_MODEL"),
    Wording("Groq", 400, _openai("The model `old` has been decommissioned and is no longer supported.", "model_decommissioned"), "OPENAI_MODEL"),
    Wording("Ollama", 404, json.dumps({"error": 'model "x" not found, try pulling it first'}), "OPENAI_MODEL"),
    Wording("OpenAI", 404, _openai("This model is only supported in v1/responses and not in v1/chat/completions.", param="model"), "OPENAI_MODEL"),
    Wording("Azure", 404, json.dumps({"error": {"code": "404", "message": "Resource not found"}}), "OPENAI_BASE_URL"),
    Wording("Ollama", 404, "404 page not found", "OPENAI_BASE_URL"),
    Wording("nginx", 404, "<html>404 Not Found</html>", "OPENAI_BASE_URL"),
    Wording("a site", 405, "", "OPENAI_BASE_URL"),
    Wording("Azure", 400, json.dumps({"error": {"code": "BadRequest", "message": "Model gpt-5 is enabled only for api versions 2024-12-01-preview and later"}}), "api-version"),
    Wording("Azure", 400, json.dumps({"error": {"code": "content_filter", "message": "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.", "innererror": {"code": "ResponsibleAIPolicyViolation"}}}), "content policy"),
    Wording("DeepSeek", 400, _openai("Content Exists Risk"), "content policy"),
    Wording("OpenAI", 403, _openai("Country, region, or territory not supported", "unsupported_country_region_territory"), "permissions"),
)  # fmt: skip
