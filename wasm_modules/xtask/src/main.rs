//! `xtask MODULE COMPONENT`: turns a core module with an embedded world (as wit-bindgen writes it)
//! into a component, and validates it.

use std::error::Error;
use std::process::ExitCode;
use std::{env, fs};

use wit_component::ComponentEncoder;

fn main() -> ExitCode {
    let paths: Vec<String> = env::args().skip(1).collect();
    let [module, component] = paths.as_slice() else {
        eprintln!("usage: xtask MODULE COMPONENT");
        return ExitCode::from(2);
    };
    match convert(module, component) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{module}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn convert(module: &str, component: &str) -> Result<(), Box<dyn Error>> {
    let bytes = ComponentEncoder::default()
        .validate(true)
        .module(&fs::read(module)?)?
        .encode()?;
    fs::write(component, bytes)?;
    Ok(())
}
