mod settings;
mod status;

fn main() {
    let settings = settings::load("/etc/archiver.toml");
    println!("{} at most {} bytes a second", settings.listen, settings.rate);
}
