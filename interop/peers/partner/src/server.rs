//! The command line and the listening socket, as thicket-interop has them.

use crate::judge::judge;
use crate::proto::mls_client_server::MlsClientServer;
use crate::replay::{replay, Replay, Replayed};
use crate::service::Service;
use crate::Partner;
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;
use tokio::net::TcpListener;
use tokio::signal::unix::{signal, SignalKind};
use tonic::transport::server::TcpIncoming;
use tonic::transport::Server;

/// Trees and Welcomes of large groups are larger than the four megabytes that gRPC takes unasked.
const MESSAGE_MAX: usize = 1 << 28;

fn help(program: &str) -> String {
    format!(
        "usage: {program} [--port N]\n\
         \x20      {program} --replay FILE...\n\
         \x20      {program} --judge FILE\n\
         \n\
         Another implementation behind the working group's interop harness: a gRPC server of MLSClient.\n\
         \n\
         \x20 --port N          of 127.0.0.1 to listen on; 0, as by default: a free one\n\
         \x20 --replay FILE...  no server: has the library take vectors of the kinds messages, welcome and\n\
         \x20                   passive-client; the last line is \"N passed, N failed\", and\n\
         \x20                   \", N outside\" where the library lacks what a vector is about\n\
         \x20 --judge FILE      no server: has the library accept or refuse cases, one a line, and says which\n\
         \n\
         The server prints \"listening on ADDRESS\", and ends at SIGINT or SIGTERM.\n"
    )
}

enum Command {
    Help,
    Serve(u16),
    Replay(Vec<String>),
    Judge(String),
}

fn command(arguments: &[String]) -> Result<Command, String> {
    match arguments {
        [] => Ok(Command::Serve(0)),
        [help] if help == "--help" || help == "-h" => Ok(Command::Help),
        [option, port] if option == "--port" => match port.parse() {
            Ok(port) => Ok(Command::Serve(port)),
            Err(_) => Err(format!("--port takes a number to 65535, not {port}")),
        },
        [option, files @ ..] if option == "--replay" && !files.is_empty() => {
            Ok(Command::Replay(files.to_vec()))
        }
        [option, file] if option == "--judge" => Ok(Command::Judge(file.clone())),
        _ => Err(format!("not known: {}", arguments.join(" "))),
    }
}

async fn serve(partner: impl Partner, port: u16) -> Result<(), String> {
    let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))
        .await
        .map_err(|error| format!("cannot listen on that port: {error}"))?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(|error| error.to_string())?;
    let mut terminate = signal(SignalKind::terminate()).map_err(|error| error.to_string())?;
    println!("listening on {address}");
    std::io::stdout()
        .flush()
        .map_err(|error| error.to_string())?;
    let service = MlsClientServer::new(Service::new(partner))
        .max_decoding_message_size(MESSAGE_MAX)
        .max_encoding_message_size(MESSAGE_MAX);
    // An answer is sent when it is made, and not when the one before it was acknowledged.
    let serving = Server::builder()
        .add_service(service)
        .serve_with_incoming(TcpIncoming::from(listener).with_nodelay(Some(true)));
    // Calls that are running are not waited for: whoever ends us has ended asking.
    tokio::select! {
        ended = serving => ended.map_err(|error| error.to_string()),
        _ = interrupt.recv() => Ok(()),
        _ = terminate.recv() => Ok(()),
    }
}

fn replay_all(library: &mut dyn Replay, files: &[String]) -> Result<Replayed, String> {
    let mut all = Replayed::default();
    for file in files {
        let some = replay(library, file)?;
        all.add(&some);
    }
    println!("{all}");
    Ok(all)
}

/// main() of a partner. Exit codes: 0 ended by a signal, or all replayed; 1 some not; 2 usage, 3 the machine.
pub fn run(program: &str, mut partner: impl Partner + Replay) -> ExitCode {
    let complain = |what: String, code: u8| {
        eprintln!("{program}: {what}");
        ExitCode::from(code)
    };
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let port = match command(&arguments) {
        Ok(Command::Help) => {
            print!("{}", help(program));
            return ExitCode::SUCCESS;
        }
        Ok(Command::Serve(port)) => port,
        Ok(Command::Replay(files)) => {
            return match replay_all(&mut partner, &files) {
                Ok(all) if all.failed == 0 => ExitCode::SUCCESS,
                Ok(_) => ExitCode::FAILURE,
                Err(what) => complain(what, 3),
            }
        }
        Ok(Command::Judge(file)) => {
            return match judge(&mut partner, &file) {
                Ok(()) => ExitCode::SUCCESS,
                Err(what) => complain(what, 3),
            }
        }
        Err(what) => return complain(format!("{what} (--help says how)"), 2),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => return complain(error.to_string(), 3),
    };
    match runtime.block_on(serve(partner, port)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(what) => complain(what, 3),
    }
}
