using Vigil.Features;

namespace Vigil.Model;

/// <summary>
/// <see cref="FraudEncoder"/> one transaction at a time, on the CPU: what its layers need of a card's earlier transactions is in a
/// <see cref="CardCache"/>, and a step computes one transaction against them. One thread at a time; a step allocates nothing.
/// </summary>
sealed class Decoder
{
    readonly EncoderConfig _config;
    readonly TimeRotary _rotary;
    readonly NumericBins _bins;
    readonly float[] _numeric, _numericBias, _headNorm, _headEncoded, _headSkip, _headSkipBias, _headLogit;
    readonly float[][] _categorical;
    readonly DecoderLayer[] _layers;
    readonly float _headLogitBias;
    readonly float[] _x, _normed, _head, _skip, _cos, _sin;
    readonly ActiveInputs _inputs;

    internal Decoder(Checkpoint checkpoint)
    {
        _config = checkpoint.Manifest.Config;
        _rotary = new(_config);
        _bins = new(checkpoint.Manifest.Normalisation);
        int width = _config.Width, features = _bins.Inputs;
        _numeric = Kernels.Pack(Values("numeric.weight"), width, features);
        _numericBias = Values("numeric.bias");
        _categorical = [.. FeatureList.Categorical.Select((_, i) => Values($"categorical.{i}.weight"))];
        _layers = [.. Enumerable.Range(0, _config.Layers).Select(NewLayer)];
        _headNorm = Values("head.norm.weight");
        _headEncoded = Kernels.Pack(Values("head.encoded.weight"), _config.HeadHidden, width);
        _headSkip = Kernels.Pack(Values("head.skip.weight"), _config.HeadHidden, features);
        _headSkipBias = Values("head.skip.bias");
        _headLogit = Values("head.logit.weight");
        _headLogitBias = Values("head.logit.bias")[0];
        (_x, _head, _skip) = (Kernels.Tiles(width), Kernels.Tiles(_config.HeadHidden), Kernels.Tiles(_config.HeadHidden));
        (_normed, _inputs, _cos, _sin) = (new float[width], new(features), new float[_rotary.Count], new float[_rotary.Count]);

        DecoderLayer NewLayer(int i) => EncoderArchitecture.Of(_config).NewLayer(_config, i, name => Values($"blocks.{i}.{name}"));
        float[] Values(string name) => checkpoint.Weights[name].Values;
    }

    /// <summary>What the head read of the transaction last scored, in the encoder's width.</summary>
    internal ReadOnlySpan<float> Encoded => _normed;

    /// <summary>Writes what later transactions see of this one; all earlier places must have been written.</summary>
    internal void Remember(Token token, CardCache cache, int place) => Run(token, cache, place, rememberOnly: true);

    /// <summary>
    /// The same, and the transaction's logit of fraud. Where the encoder overflowed, the head reads the transaction's own features alone, and what was
    /// written is no number either.
    /// </summary>
    internal (float Logit, bool IsFallback) Score(Token token, CardCache cache, int place)
    {
        Run(token, cache, place, rememberOnly: false);
        Kernels.RmsNorm(_x.AsSpan(0, _config.Width), _headNorm, _normed);
        Kernels.Multiply(_headEncoded, _normed, _head);
        _inputs.Multiply(_headSkip, _skip);
        Kernels.Add(_skip, _head);
        float logit = Logit(_head);
        if (float.IsFinite(logit)) return (logit, false);
        return (Alone(), true);
    }

    /// <summary>The logit that the head gives by the transaction's own features alone; finite.</summary>
    internal float Judge(ReadOnlySpan<float> numeric)
    {
        Expand(numeric);
        _inputs.Multiply(_headSkip, _skip);
        return Alone();
    }

    void Expand(ReadOnlySpan<float> numeric)
    {
        _bins.Expand(numeric, _inputs.Values);
        _inputs.Find();
    }

    float Alone() => Logit(_skip) is var alone && float.IsFinite(alone) ? alone : _headLogitBias;

    void Run(Token token, CardCache cache, int place, bool rememberOnly)
    {
        Span<float> x = _x.AsSpan(0, _config.Width);
        Expand(token.Numeric);
        _inputs.Multiply(_numeric, _x);
        Kernels.Add(_numericBias, x);
        for (int i = 0; i < _categorical.Length; i++) Kernels.Add(_categorical[i].AsSpan(token.Categorical[i] * x.Length, x.Length), x);
        _rotary.Fill(token.Time, _cos, _sin);
        var step = new DecoderStep(cache, place, _cos, _sin);
        for (int i = 0; i < _layers.Length; i++) _layers[i].Step(x, step, rememberOnly && i + 1 == _layers.Length);
    }

    float Logit(float[] head)
    {
        var hidden = head.AsSpan(0, _config.HeadHidden);
        Kernels.Add(_headSkipBias, hidden);
        Kernels.Silu(hidden);
        return Kernels.Dot(hidden, _headLogit) + _headLogitBias;
    }
}

/// <summary>One transaction as the encoder reads it.</summary>
/// <param name="numeric">Standardised.</param>
/// <param name="categorical">Categories.</param>
/// <param name="time">Event time in microseconds.</param>
readonly ref struct Token(ReadOnlySpan<float> numeric, ReadOnlySpan<int> categorical, long time)
{
    internal ReadOnlySpan<float> Numeric { get; } = numeric;

    internal ReadOnlySpan<int> Categorical { get; } = categorical;

    internal long Time { get; } = time;
}
