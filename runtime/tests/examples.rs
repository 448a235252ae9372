//! The examples run, and say what they are to say.

#[path = "../examples/detector.rs"]
mod detector;
#[path = "../examples/from_bytes.rs"]
mod from_bytes;

#[test]
fn a_static_detector_runs() {
    detector::main();
}

#[test]
fn a_model_from_bytes_runs() {
    from_bytes::main().unwrap();
}
