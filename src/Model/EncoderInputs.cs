using static TorchSharp.torch;

namespace Vigil.Model;

/// <summary>Begins batches for an encoder. Several threads may at once.</summary>
/// <param name="config">The encoder's.</param>
/// <param name="normalisation">Whose bins it reads through.</param>
/// <param name="device">Where the tensors go.</param>
/// <param name="type">Of their numbers; null: 32-bit floats.</param>
sealed class EncoderInputs(EncoderConfig config, Normalisation normalisation, Device device, ScalarType? type = null)
{
    readonly TimeRotary _rotary = new(config);
    readonly NumericBins _bins = new(normalisation);

    /// <summary>
    /// Begins a batch of so many cards, each of so many transactions, all of them padding yet. Its tensors belong to the caller's dispose scope.
    /// </summary>
    internal EncoderFilling Begin(int rows, int length) => new(_rotary, _bins, rows, length, device, type ?? ScalarType.Float32);
}
