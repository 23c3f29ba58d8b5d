//! Asks a model of the host through the standard WASI-NN: named tensors in, named tensors out. See
//! `exchange` for their contents.

mod exchange;

/// The contract of `../wit`.
#[allow(clippy::too_many_arguments, reason = "generated")]
pub mod bindings {
    wit_bindgen::generate!({
        path: "../wit",
        world: "llama-integration",
        additional_derives: [PartialEq],
        generate_all,
    });
}

pub use bindings::code_review_bot::review::types as wit;

use bindings::wasi::nn::errors::{Error, ErrorCode};
use bindings::wasi::nn::graph::load_by_name;
use bindings::wasi::nn::tensor::{Tensor, TensorType};
use exchange::{Code, Named};
use wit::{Completion, Failure, Model, Request};

struct Llama;

impl bindings::Guest for Llama {
    fn complete(request: Request, model: Model) -> Result<Completion, Failure> {
        let inputs = exchange::inputs(&request, &model)?;
        let outputs = compute(&model.name, inputs)
            .map_err(|error| exchange::failure(code(error.code()), &error.data(), &model.name))?;
        exchange::completion(&outputs)
    }
}

/// Runs the model of that name once.
fn compute(name: &str, inputs: Vec<Named>) -> Result<Vec<Named>, Error> {
    let context = load_by_name(name)?.init_execution_context()?;
    let outputs = context.compute(inputs.into_iter().map(bytes).collect())?;
    Ok(outputs
        .into_iter()
        .map(|(name, tensor)| (name, tensor.data()))
        .collect())
}

fn bytes((name, bytes): Named) -> (String, Tensor) {
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    (name, Tensor::new(&[length], TensorType::U8, &bytes))
}

fn code(code: ErrorCode) -> Code {
    match code {
        ErrorCode::TooLarge => Code::TooLarge,
        ErrorCode::NotFound => Code::NotFound,
        ErrorCode::Timeout => Code::Timeout,
        ErrorCode::Security => Code::Security,
        ErrorCode::UnsupportedOperation => Code::Unsupported,
        ErrorCode::InvalidArgument
        | ErrorCode::InvalidEncoding
        | ErrorCode::RuntimeError
        | ErrorCode::Unknown => Code::Other,
    }
}

bindings::export!(Llama with_types_in bindings);
