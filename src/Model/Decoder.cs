using System.Runtime.InteropServices;
using Vigil.Features;

namespace Vigil.Model;

/// <summary>
/// <see cref="FraudEncoder"/> one transaction at a time, on the CPU: the keys and values of a card's earlier transactions are in a
/// <see cref="CardCache"/>, and a step computes one transaction against them. One thread at a time; a step allocates nothing. Parts follow
/// FraudEncoder's, line by line.
/// </summary>
sealed class Decoder
{
    readonly EncoderConfig _config;
    readonly TimeRotary _rotary;
    readonly NumericBins _bins;
    readonly float[] _numeric, _numericBias, _headNorm, _headEncoded, _headSkip, _headSkipBias, _headLogit;
    readonly float[][] _categorical;
    readonly Layer[] _layers;
    readonly float _headLogitBias;
    readonly float[] _x, _normed, _qkv, _seen, _part, _gateUp, _head, _skip, _scores, _cos, _sin, _inputs;

    internal Decoder(Checkpoint checkpoint)
    {
        _config = checkpoint.Manifest.Config;
        _rotary = new(_config);
        _bins = new(checkpoint.Manifest.Normalisation);
        int width = _config.Width, features = _bins.Inputs;
        _inputs = new float[features];
        _numeric = Packed("numeric.weight", width, features);
        _numericBias = Values("numeric.bias");
        _categorical = [.. FeatureList.Categorical.Select((_, i) => Values($"categorical.{i}.weight"))];
        _layers = [.. Enumerable.Range(0, _config.Layers).Select(i => new Layer(
            Values($"blocks.{i}.attention_norm.weight"),
            Packed($"blocks.{i}.qkv.weight", 3 * width, width),
            Packed($"blocks.{i}.merge.weight", width, width),
            Values($"blocks.{i}.feed_norm.weight"),
            Packed($"blocks.{i}.gate_up.weight", 2 * _config.Hidden, width),
            Packed($"blocks.{i}.down.weight", width, _config.Hidden)))];
        _headNorm = Values("head.norm.weight");
        _headEncoded = Packed("head.encoded.weight", _config.HeadHidden, width);
        _headSkip = Packed("head.skip.weight", _config.HeadHidden, features);
        _headSkipBias = Values("head.skip.bias");
        _headLogit = Values("head.logit.weight");
        _headLogitBias = Values("head.logit.bias")[0];

        (_x, _part, _qkv, _gateUp) = (Tiles(width), Tiles(width), Tiles(3 * width), Tiles(2 * _config.Hidden));
        (_head, _skip, _scores) = (Tiles(_config.HeadHidden), Tiles(_config.HeadHidden), Tiles(_config.Context));
        (_normed, _seen, _cos, _sin) = (new float[width], new float[width], new float[_rotary.Count], new float[_rotary.Count]);

        float[] Values(string name) => checkpoint.Weights[name].Values;
        float[] Packed(string name, int outputs, int inputs) => Kernels.Pack(Values(name), outputs, inputs);
        static float[] Tiles(int length) => new float[Kernels.RoundUp(length, Kernels.Tile)];
    }

    /// <summary>Writes a transaction's keys and values at a place of the context; all earlier places must have been written.</summary>
    internal void Remember(Token token, CardCache cache, int place) => Run(token, cache, place, remember: true);

    /// <summary>The same, and the transaction's logit of fraud.</summary>
    internal float Score(Token token, CardCache cache, int place)
    {
        Run(token, cache, place, remember: false);
        Kernels.RmsNorm(_x.AsSpan(0, _config.Width), _headNorm, _normed);
        Kernels.Multiply(_headEncoded, _normed, _head);
        Kernels.Multiply(_headSkip, _inputs, _skip);
        Span<float> hidden = _head.AsSpan(0, _config.HeadHidden);
        Kernels.Add(_skip, hidden);
        Kernels.Add(_headSkipBias, hidden);
        Kernels.Silu(hidden);
        return Kernels.Dot(hidden, _headLogit) + _headLogitBias;
    }

    void Run(Token token, CardCache cache, int place, bool remember)
    {
        Span<float> x = _x.AsSpan(0, _config.Width);
        _bins.Expand(token.Numeric, _inputs);
        Kernels.Multiply(_numeric, _inputs, _x);
        Kernels.Add(_numericBias, x);
        for (int i = 0; i < _categorical.Length; i++) Kernels.Add(_categorical[i].AsSpan(token.Categorical[i] * x.Length, x.Length), x);
        _rotary.Fill(token.Time, _cos, _sin);
        for (int i = 0; i < _layers.Length; i++)
        {
            Kernels.RmsNorm(x, _layers[i].AttentionNorm, _normed);
            Kernels.Multiply(_layers[i].Qkv, _normed, _qkv);
            Rotate(_qkv.AsSpan(0, x.Length));
            Rotate(_qkv.AsSpan(x.Length, x.Length));
            cache.Write(i, place, _qkv.AsSpan(x.Length, x.Length), _qkv.AsSpan(2 * x.Length, x.Length));
            if (remember && i + 1 == _layers.Length) return; // nothing after it is remembered
            Attend(cache, i, place + 1);
            Kernels.Multiply(_layers[i].Merge, _seen, _part);
            Kernels.Add(_part, x);
            Kernels.RmsNorm(x, _layers[i].FeedNorm, _normed);
            Kernels.Multiply(_layers[i].GateUp, _normed, _gateUp);
            Span<float> gate = _gateUp.AsSpan(0, _config.Hidden);
            Kernels.SwiGlu(gate, _gateUp.AsSpan(_config.Hidden, _config.Hidden));
            Kernels.Multiply(_layers[i].Down, gate, _part);
            Kernels.Add(_part, x);
        }
    }

    /// <summary>Turns the pair (d, d + D/2) of every head by its angle.</summary>
    void Rotate(Span<float> heads)
    {
        int half = _config.HeadWidth / 2;
        for (int angle = 0; angle < _cos.Length; angle += 8)
        {
            int first = (angle / half * _config.HeadWidth) + (angle % half);
            Kernels.Rotate(heads[first..], heads[(first + half)..], _cos.AsSpan(angle), _sin.AsSpan(angle));
        }
    }

    /// <summary>Each head's mean of the values of the first places, weighted by its query's match with their keys.</summary>
    void Attend(CardCache cache, int layer, int places)
    {
        int width = _config.HeadWidth;
        float scale = 1 / MathF.Sqrt(width);
        Span<float> scores = _scores.AsSpan(0, Kernels.RoundUp(places, Kernels.Tile));
        for (int head = 0; head < _config.Heads; head++)
        {
            Span<float> query = _qkv.AsSpan(head * width, width);
            for (int i = 0; i < width; i++) query[i] *= scale;
            Kernels.Multiply(cache.Keys(layer, head), query, scores);
            Span<float> weights = scores[..Kernels.RoundUp(places, 8)];
            Kernels.Softmax(weights, places);
            for (int column = 0; column < width; column += 16)
            {
                int at = (head * width) + column;
                Kernels.Mix(weights, ref MemoryMarshal.GetReference(cache.Values(layer)[at..]), _config.Width, ref _seen[at]);
            }
        }
    }

    sealed record Layer(float[] AttentionNorm, float[] Qkv, float[] Merge, float[] FeedNorm, float[] GateUp, float[] Down);
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
