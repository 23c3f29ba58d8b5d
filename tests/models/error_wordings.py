"""How servers word what they do not take, and what is to be done then: tokens are theirs, sentences ours."""

# ruff: noqa: E501 - each wording on a line of its own

import json
from typing import Any, NamedTuple

# What is done: "most 4096" (a shorter answer), "swap" (the other name for its limit), "omit X", "no system",
# "no bounds", "without X" (a keyword of schemas), "closed", "not strict", "object" (JSON enforced by less),
# "stream", "context", "wait 3" (seconds), "again" (it passes), "unread" (asked once more), or what the operator
# is told.


class Wording(NamedTuple):
    """`limited`: the limit of the answer was sent as `max_completion_tokens`. `long`: with a long prompt."""

    server: str
    status: int
    body: str
    done: str
    limited: bool = False
    long: bool = False


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
    # limits of the answer in words that could mean the prompt, or in other languages
    Wording("Bedrock", 400, json.dumps({"message": "The maximum tokens you requested exceeds the model limit of 4096. Try again with a maximum tokens value that is lower than 4096."}), "most 4096"),
    Wording("Bedrock", 400, json.dumps({"message": "The maximum tokens you requested exceeds the model limit of 4096. Try again with a maximum tokens value that is lower than 4096."}), "most 4096", long=True),
    Wording("Cohere", 400, json.dumps({"message": "too many tokens: max tokens must be less than or equal to 4096, the maximum output for this model - received 8192."}), "most 4096"),
    Wording("Cohere", 400, json.dumps({"message": "too many tokens: max tokens must be less than or equal to 4096, the maximum output for this model - received 8192."}), "most 4096", long=True),
    Wording("KoboldCpp", 422, json.dumps({"detail": {"msg": "max_tokens must be <= 4096", "type": "bad_input"}}), "most 4096", long=True),
    Wording("a server", 400, _openai("Requested output length 8192 exceeds the maximum of 4096"), "most 4096", long=True),
    Wording("a server", 400, _openai("The completion length must not exceed 4096"), "most 4096", long=True),
    Wording("a server", 400, _openai("Maximum generation length exceeded: 8192 > 4096"), "most 4096", long=True),
    Wording("a server", 400, _openai("Maximum response tokens is 4096"), "most 4096", long=True),
    Wording("a server", 400, _openai("Output size limit is 4096 tokens"), "most 4096", long=True),
    Wording("a server", 400, _openai("The number of tokens to generate must be less than 4097"), "most 4096", long=True),
    Wording("a server", 400, _openai("max tokens: 8192 is above 4096 for this deployment"), "most 4096", long=True),
    Wording("a server", 400, _openai("max_tokens 不能大于 4096"), "most 4096"),
    Wording("a server", 400, _openai("max_tokens 8192 (upper bound: 4096)"), "most 4096"),
    Wording("a server", 400, _openai("max_tokens darf höchstens 4.096 sein"), "most 4096"),
    Wording("a server", 400, _openai("max_tokens doit être inférieur ou égal à 4 096"), "most 4096"),
    Wording("a server", 400, _openai("max_tokens: 4_096 ist das Äußerste"), "most 4096"),
    Wording("SiliconFlow", 400, json.dumps({"code": 20015, "message": "max_total_tokens (8300) must be less than or equal to max_seq_len (4096)"}), "most 1024"),
    Wording("a validator", 400, json.dumps({"error": {"details": [{"field": "max_tokens", "issue": "max", "limit": 4096}]}}), "most 4096"),
    Wording("Zod", 400, json.dumps({"error": {"issues": [{"code": "too_big", "maximum": 4096, "message": "Number too big", "path": ["max_tokens"]}]}}), "most 4096"),
    Wording("Anthropic", 400, _openai("Streaming is required for operations that may take longer than 10 minutes."), "stream"),
    # parameters beside letters of other scripts, and reports in every shape
    Wording("a server", 400, _openai("temperature参数非法"), "omit temperature"),
    Wording("a server", 400, _openai("不支持temperature参数"), "omit temperature"),
    Wording("a server", 400, _openai("temperatureはサポートされていません"), "omit temperature"),
    Wording("a server", 400, _openai("параметр«temperature»не поддерживается"), "omit temperature"),
    Wording("a server", 400, _openai("不支持max_tokens参数"), "swap"),
    Wording("a server", 400, _openai("不支持max_tokens\uff0c请使用max_completion_tokens"), "swap"),
    Wording("a server", 400, _openai("不支持response_format参数"), "object"),
    Wording("a server", 400, _openai("不支持maxLength关键字"), "no bounds"),
    Wording("a server", 400, _openai("不支持system角色"), "no system"),
    Wording("a server", 400, _openai("The first message must be from the user"), "no system"),
    Wording("a server", 400, _openai("messages must start with a user message"), "no system"),
    Wording("a server", 400, _openai("Please use a valid role: user, model."), "no system"),
    Wording("a server", 400, _openai("temperature: unknown field `temperature`, expected one of `model`, `messages`, `max_tokens`, `response_format`"), "omit temperature"),
    Wording("a gateway", 400, json.dumps({"error": {"issues": [{"code": "unrecognized_keys", "keys": ["temperature"], "path": [], "message": "x"}]}}), "omit temperature"),
    Wording("a gateway", 400, json.dumps({"errors": {"temperature": ["not allowed"]}}), "omit temperature"),
    Wording("a gateway", 400, json.dumps({"temperature": ["This field is not supported."]}), "omit temperature"),
    Wording("a gateway", 400, json.dumps({"errors": {"json": {"temperature": ["Unknown field."]}}}), "omit temperature"),
    Wording("a gateway", 400, json.dumps({"errors": [{"instancePath": "/temperature", "message": "must NOT be present"}]}), "omit temperature"),
    Wording("a gateway", 400, json.dumps({"errors": [{"source": {"pointer": "/temperature"}, "detail": "unsupported"}]}), "omit temperature"),
    Wording("a gateway", 400, json.dumps({"error": {"code": 400, "message": "Bad", "details": [{"fieldViolations": [{"field": "temperature", "description": "no"}]}]}}), "omit temperature"),
    Wording("a gateway", 400, json.dumps({"error": {"code": "InvalidParameter", "message": "Unsupported", "target": "temperature"}}), "omit temperature"),
    Wording("a gateway", 400, json.dumps({"error": {"code": "BadRequest", "message": "bad", "innererror": {"message": "temperature is not supported"}}}), "omit temperature"),
    Wording("a gateway", 400, json.dumps({"violations": [{"field": "temperature", "message": "no"}]}), "omit temperature"),
    Wording("a gateway", 400, json.dumps({"error_code": 336003, "error_msg": "temperature is not supported"}), "omit temperature"),
    Wording("a gateway", 400, json.dumps({"fault": {"faultstring": "temperature is not supported"}}), "omit temperature"),
    Wording("a gateway", 400, json.dumps({"error": {"message": "upstream", "response": '{"error":{"message":"temperature is not supported"}}'}}), "omit temperature"),
    Wording("a gateway", 400, json.dumps({"Error": {"Message": "temperature is not supported"}}), "omit temperature"),
    Wording("a gateway", 400, json.dumps({"detail": [{"loc": ["body", "x0"], "msg": "ok"}, {"loc": ["body", "x1"], "msg": "ok"}, {"loc": ["body", "x2"], "msg": "ok"}, {"loc": ["body", "x3"], "msg": "ok"}, {"loc": ["body", "x4"], "msg": "ok"}, {"loc": ["body", "x5"], "msg": "ok"}, {"loc": ["body", "x6"], "msg": "ok"}, {"loc": ["body", "x7"], "msg": "ok"}, {"loc": ["body", "x8"], "msg": "ok"}, {"loc": ["body", "temperature"], "msg": "no"}]}), "omit temperature"),
    Wording("Zod", 400, json.dumps({"error": {"issues": [{"received": "system", "code": "invalid_enum_value", "options": ["user", "assistant"], "path": ["messages", 0, "role"], "message": "x"}]}}), "no system"),
    # what was sent is named among words that say something else, or with another status
    Wording("a server", 400, _openai("The parameter max_tokens does not exist for this model; use max_completion_tokens"), "swap"),
    Wording("a server", 400, _openai("Invalid model parameter: temperature"), "omit temperature"),
    Wording("a server", 400, _openai("temperature: field not found for model m"), "omit temperature"),
    Wording("a server", 400, _openai("This model does not have access to the response_format json_schema feature"), "object"),
    Wording("a server", 400, _openai("json_schema is no longer available for this model"), "object"),
    Wording("a server", 400, _openai("temperature is not supported; see https://x.example/docs/billing-and-params"), "omit temperature"),
    Wording("a server", 400, _openai("temperature is not supported while moderation is on"), "omit temperature"),
    Wording("a server", 400, _openai("response_format cannot be used together with guardrails"), "object"),
    Wording("a server", 400, _openai("response_format value as json_schema is enabled only for api versions 2024-08-01-preview and later"), "object"),
    Wording("a server", 403, _openai("response_format json_schema is not enabled for your model tier"), "object"),
    Wording("a wrapper", 500, json.dumps({"detail": "TypeError: create() got an unexpected keyword argument 'temperature'"}), "omit temperature"),
    Wording("a wrapper", 500, json.dumps({"detail": "1 validation error for ChatCompletionRequest\nresponse_format.type\n  Input should be 'text' or 'json_object'"}), "object"),
    Wording("a router", 502, json.dumps({"error": {"message": "Upstream returned 400: temperature not supported"}}), "omit temperature"),
    Wording("a server", 409, _openai("temperature is not supported"), "omit temperature"),
    Wording("a server", 429, _openai("temperature is not supported"), "omit temperature"),
    Wording("llamafile", 500, json.dumps({"error": {"code": 500, "message": "context shift is disabled", "type": "server_error"}}), "context"),
    Wording("a router", 200, json.dumps({"error": "temperature is not supported"}), "omit temperature"),
    Wording("a router", 200, json.dumps({"detail": "temperature is not supported"}), "omit temperature"),
    Wording("a router", 200, json.dumps({"error": {"code": "invalid_parameter", "message": "temperature is not supported"}}), "omit temperature"),
    Wording("a router", 200, json.dumps({"choices": [{"error": {"code": 400, "message": "temperature is not supported"}, "message": {"content": "response_format"}}]}), "omit temperature"),
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
    # what else servers say of these
    Wording("a server", 429, _openai("Token limit exceeded; maximum context tokens per minute is 20000"), "again", long=True),
    Wording("a server", 400, _openai("This model can generate at most 4096 tokens"), "most 4096", long=True),
    Wording("a server", 400, _openai("最大输出长度为4096"), "most 4096", long=True),
    Wording("a server", 400, _openai("Requested 8192 output tokens; this deployment allows 4096"), "most 4096", long=True),
    Wording("a gateway", 400, json.dumps({"modelState": {"request.temperature": ["unknown"]}}), "omit temperature"),
    Wording("a gateway", 400, json.dumps({"code": "UNSUPPORTED_TEMPERATURE", "text": "no"}), "omit temperature"),
    Wording("a gateway", 400, json.dumps({"invalid-params": [{"name": "temperature", "reason": "no"}]}), "omit temperature"),
    Wording("a gateway", 400, json.dumps({"error": "json_schema is off", "params": {"temperature": 0.0, "max_tokens": 8192, "response_format": {}}}), "object"),
    Wording("a server", 403, _openai("Structured outputs are not enabled for your account"), "object"),
    Wording("a server", 400, _openai("仅支持user和assistant角色"), "no system"),
    Wording("a server", 400, _openai("Rolle system wird nicht unterstützt"), "no system"),
    Wording("a server", 400, _openai("Message at index 0 must have role user"), "no system"),
    Wording("a wrapper", 500, _openai("system messages are not supported"), "no system"),
    Wording("a wrapper", 500, _openai("Only streaming is supported; non-streaming is not"), "stream"),
    Wording("a router", 200, json.dumps({"success": False, "error_msg": "temperature is not supported"}), "omit temperature"),
    Wording("DeepSeek", 503, _openai("Service is too busy. We advise users to temporarily switch to alternative services."), "again"),
    # throttles and spent accounts in other words
    Wording("Bedrock", 429, json.dumps({"message": "Too many tokens, please wait before trying again."}), "again", long=True),
    Wording("Cerebras", 429, json.dumps({"message": "Tokens per minute limit exceeded - too many tokens processed."}), "again", long=True),
    Wording("Cerebras", 429, json.dumps({"message": "Tokens per day limit exceeded - too many tokens processed."}), "again", long=True),
    Wording("a proxy of Bedrock", 400, json.dumps({"message": "ThrottlingException: Too many tokens, please wait before trying again."}), "again", long=True),
    Wording("Together", 429, _openai("You have been rate limited. Your rate limit is 60 queries per minute. Go to https://x.example/billing to upgrade."), "again"),
    Wording("LiteLLM", 400, _openai("Budget has been exceeded! Current cost: 10.0, Max budget: 10.0"), "quota is spent"),
    Wording("LiteLLM", 429, _openai("ExceededBudget: User=x over budget. Spend=10, Budget=10"), "quota is spent"),
    Wording("Anthropic", 400, _openai("You have reached your specified API usage limits. You will regain access on 2026-02-01 at 00:00 UTC."), "quota is spent"),
    Wording("Cloudflare", 429, _openai("you have used up your daily free allocation of 10,000 neurons"), "quota is spent"),
    Wording("SiliconFlow", 403, _openai("Sorry, your account balance is insufficient"), "quota is spent"),
    Wording("DashScope", 403, _openai("The free tier of the model has been exhausted."), "quota is spent"),
    Wording("Portkey", 412, _openai("Usage limit exceeded"), "quota is spent"),
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
