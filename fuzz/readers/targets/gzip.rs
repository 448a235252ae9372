//! Compressed files: the bytes as they are, and as the compressed stream of a file whose checksum is right.
#![no_main]

use flate2::{Crc, Decompress, FlushDecompress};
use libfuzzer_sys::fuzz_target;
use picoae_fuzz::file::with_file;
use picoae_fuzz::limit::limited;
use picoae_trainer::data::idx::read_images;
use picoae_trainer::data::{FormatConfig, LabelConfig, RecordingSource};

fuzz_target!(|bytes: &[u8]| limited(|| run(bytes)));

fn run(bytes: &[u8]) {
    read(bytes);
    read(&framed(bytes));
}

fn read(file: &[u8]) {
    with_file("in.gz", file, |path| {
        let files = [path.to_path_buf()];
        let (format, labels) = (FormatConfig { max_expanded: 16, ..FormatConfig::default() }, LabelConfig::default());
        let window = Some(4);
        let source = RecordingSource {
            files: &files,
            channels: &[],
            window,
            rate: None,
            exclude: &[],
            format: &format,
            labels: &labels,
            inherited: None,
        };
        let _ = source.read();
        let _ = read_images(path, None);
    });
}

/// A file with the header and the checksum that `stream` needs, as far as it can be decompressed within a mebibyte.
fn framed(stream: &[u8]) -> Vec<u8> {
    let mut content = Vec::with_capacity(1 << 20);
    let _ = Decompress::new(false).decompress_vec(stream, &mut content, FlushDecompress::Finish);
    let mut checksum = Crc::new();
    checksum.update(&content);
    let mut file = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    file.extend(stream);
    file.extend(checksum.sum().to_le_bytes());
    file.extend(checksum.amount().to_le_bytes());
    file
}
