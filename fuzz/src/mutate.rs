//! Mutations that keep a safetensors file whole: of a number in its text, of a word in its data, of either part at will.

use crate::container::Container;
use crate::random::Random;
use libfuzzer_sys::fuzzer_mutate;

/// How often each part of a file is chosen, in eighths; what is left goes to the file as a whole.
#[derive(Debug, Clone, Copy)]
pub struct Weights {
    /// A number in the text.
    pub number: usize,
    /// The text at will.
    pub text: usize,
    /// Words of the data.
    pub words: usize,
    /// The data at will.
    pub data: usize,
}

/// Mutates the file in `bytes[..size]` within `max_size` bytes and returns its new size. `mend` may put right afterwards what
/// belongs together.
pub fn safetensors(
    bytes: &mut [u8],
    size: usize,
    max_size: usize,
    seed: u32,
    weights: Weights,
    mend: impl FnOnce(&mut Container, &mut Random),
) -> usize {
    let mut random = Random::new(seed);
    let Some(mut file) = Container::split(&bytes[..size]) else { return fuzzer_mutate(bytes, size, max_size) };
    let Weights { number, text, words, data } = weights;
    let choice = random.below(8);
    if choice < number {
        (0..=random.below(3)).for_each(|_| change_number(&mut file.text, &mut random));
    } else if choice < number + text {
        at_will(&mut file.text);
    } else if choice < number + text + words {
        (0..=random.below(3)).for_each(|_| change_word(&mut file.data, &mut random));
    } else if choice < number + text + words + data {
        at_will(&mut file.data);
    } else {
        return fuzzer_mutate(bytes, size, max_size);
    }
    mend(&mut file, &mut random);
    let file = file.join();
    if file.len() > max_size {
        return size;
    }
    bytes[..file.len()].copy_from_slice(&file);
    file.len()
}

/// The fuzzer's own mutations.
fn at_will(bytes: &mut Vec<u8>) {
    let size = bytes.len();
    let most = size + 64;
    bytes.resize(most, 0);
    let size = fuzzer_mutate(bytes, size, most);
    bytes.truncate(size);
}

/// Replaces one of the whole numbers in a text.
fn change_number(text: &mut Vec<u8>, random: &mut Random) {
    let is_start = |i: &usize| text[*i].is_ascii_digit() && (*i == 0 || !text[i - 1].is_ascii_digit());
    let starts: Vec<usize> = (0..text.len()).filter(is_start).collect();
    let Some(start) = starts.get(random.below(starts.len())).copied() else { return };
    let length = text[start..].iter().take_while(|b| b.is_ascii_digit()).count();
    let value = std::str::from_utf8(&text[start..start + length]).ok().and_then(|digits| digits.parse().ok());
    let new = random.interesting(value.unwrap_or(0)).to_string();
    text.splice(start..start + length, new.into_bytes());
}

/// Changes a byte, a half word or a word. Records come first, so the beginning is chosen more often.
fn change_word(data: &mut [u8], random: &mut Random) {
    let width = 1 << random.below(3);
    let length = if random.below(4) > 0 { data.len().min(512) } else { data.len() };
    let at = random.below(length) / width * width;
    let Some(place) = data.get_mut(at..at + width) else { return };
    let mut word = [0; 8];
    word[..width].copy_from_slice(place);
    let new = random.interesting(i64::from_le_bytes(word)).to_le_bytes();
    place.copy_from_slice(&new[..width]);
}
