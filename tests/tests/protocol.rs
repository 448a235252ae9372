//! The protocol of heart beats on the electrocardiogram that is here.

use picoae_tests::models::fixtures;
use picoae_trainer::protocol::Protocol;

#[test]
fn the_electrocardiogram_is_told_and_read() {
    let folder = fixtures().join("ecg");
    let protocol = Protocol::detect(&folder).unwrap();
    assert_eq!(protocol.name, "ecg");
    let cases = protocol.cases(&folder).unwrap();
    let [case] = &cases[..] else { panic!("{} cases", cases.len()) };
    let abnormal = case.test_abnormal.iter().filter(|abnormal| **abnormal).count();
    assert_eq!((case.train_starts.len(), case.test_starts.len(), abnormal, case.events.len()), (753, 1512, 28, 28));
    assert_eq!((case.train_rows(), case.test_rows()), (216_250, 434_250));
}
