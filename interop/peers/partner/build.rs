// The service as thicket-interop defines it; protoc is Debian's.
fn main() {
    let folder = "../../../apps/thicket-interop";
    let proto = format!("{folder}/mls_client.proto");
    tonic_prost_build::configure()
        .build_client(false)
        .compile_protos(&[proto], &[folder.to_string()])
        .expect("protoc compiles the service");
}
