//! Makes the seeds of the fuzz targets: `cargo run -p picoae-tests --bin fuzz-seeds`, and then they are committed. Seeds that
//! were found by fuzzing lie beside them and are left alone.

use picoae_compiler::files::write_atomic;
use picoae_compiler::weights::{FloatTensor, Weights};
use picoae_tests::random_graph::random_graph;
use picoae_trainer::Result;
use picoae_trainer::config::RunConfig;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> ExitCode {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../fuzz/seeds");
    match networks(&folder.join("network"))
        .and_then(|()| weights(&folder.join("weights")))
        .and_then(|()| readers(&folder))
    {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("fuzz-seeds: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Small random networks, which have every operator between them.
fn networks(folder: &Path) -> Result<()> {
    const MOST_BYTES: usize = 2500;
    let path = folder.join("trial");
    let mut made = 0;
    for seed in 0.. {
        random_graph(seed).save(&path)?;
        let bytes = picoae_compiler::files::read(&path)?;
        if bytes.len() <= MOST_BYTES {
            write_atomic(folder.join(format!("random-{seed}")), bytes)?;
            made += 1;
        }
        if made == 24 {
            break;
        }
    }
    std::fs::remove_file(&path).map_err(|e| picoae_compiler::Error::io(&path, e))?;
    Ok(())
}

/// The parameters of the small network that the target quantizes.
fn weights(folder: &Path) -> Result<()> {
    let tensor = |shape: &[usize]| {
        let count = shape.iter().product();
        FloatTensor { shape: shape.to_vec(), values: (0..count).map(|i: usize| (i as f32 * 0.7).sin()).collect() }
    };
    let shapes: [(&str, &[usize]); 8] = [
        ("encoder.0.weight", &[2, 1, 3]),
        ("encoder.0.bias", &[2]),
        ("encoder.3.weight", &[3, 16]),
        ("encoder.3.bias", &[3]),
        ("decoder.0.weight", &[8, 3]),
        ("decoder.0.bias", &[8]),
        ("decoder.2.weight", &[2, 1, 2]),
        ("decoder.2.bias", &[1]),
    ];
    let tensors = shapes.map(|(name, shape)| (name.to_owned(), tensor(shape)));
    Weights(BTreeMap::from(tensors)).save(folder.join("small"), HashMap::new())?;
    Ok(())
}

fn readers(folder: &Path) -> Result<()> {
    let seeds: [(&str, &[u8]); 13] = [
        ("csv/column", b"\x01\x04\x02value\n1\n2.5\n-3e-2\n4\n5\n6\n7\n"),
        ("csv/rows", b"\x02\x03\x00a,b,c,label\n1,2,3,normal\n4,5,6,burst\n"),
        ("csv/delimiter", b"\xd2\x02\x01\"1\";2;3\n 4 ;5;6\n"),
        ("csv/marks", b"\x00\x02\x0012,N\n80,V\n"),
        ("idx/images", &idx(&[2, 2, 2])),
        ("idx/labels", &idx(&[3])),
        ("gzip/file", &gzip(b"1\n2\n3\n4\n")),
        ("gzip/stream", &gzip(&idx(&[2, 2, 2]))[10..]),
        ("wav/tone", &wav()),
        ("npy/array", &npy()),
        ("png/grey", &png(png::ColorType::Grayscale, 1)),
        ("png/colours", &png(png::ColorType::Rgba, 4)),
        (
            "config/settings",
            b"seed = 3\nmodel = \"digits\"\n[fit]\nepochs = 2\nlearning_rate = 1e-3\n[data.format]\nhold = 10\n",
        ),
    ];
    for (name, bytes) in seeds {
        write_atomic(folder.join(name), bytes)?;
    }
    for name in RunConfig::PRESETS {
        write_atomic(folder.join("config").join(name), RunConfig::preset(name)?.to_toml()?)?;
    }
    Ok(())
}

fn idx(dims: &[usize]) -> Vec<u8> {
    let values = (0..dims.iter().product::<usize>()).map(|i| i as u8).collect();
    picoae_trainer::data::idx::Idx { dims: dims.to_vec(), values }.to_bytes()
}

/// Eight samples of two channels.
fn wav() -> Vec<u8> {
    let chunk = |id: &[u8], data: &[u8]| [id, &(data.len() as u32).to_le_bytes(), data].concat();
    let format = [1u16, 2, 8000, 0, 32_000, 0, 4, 16].map(u16::to_le_bytes).concat();
    let data: Vec<u8> = (0..16i16).flat_map(i16::to_le_bytes).collect();
    chunk(b"RIFF", &[b"WAVE".to_vec(), chunk(b"fmt ", &format), chunk(b"data", &data)].concat())
}

/// Four windows of four samples.
fn npy() -> Vec<u8> {
    let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (4, 4), }\n";
    let values: Vec<u8> = (0..16u8).flat_map(|v| f32::from(v).to_le_bytes()).collect();
    [b"\x93NUMPY\x01\0".as_slice(), &(header.len() as u16).to_le_bytes(), header.as_bytes(), &values].concat()
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut encoder, content).and_then(|()| encoder.finish()).expect("written to memory")
}

fn png(color: png::ColorType, channels: usize) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, 4, 4);
    encoder.set_color(color);
    let pixels: Vec<u8> = (0..16 * channels).map(|i| (i * 5) as u8).collect();
    let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(&pixels));
    written.expect("written to memory");
    out
}
