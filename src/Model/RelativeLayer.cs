using System.Numerics.Tensors;

namespace Vigil.Model;

/// <summary>
/// <see cref="RelativeBlock"/> one transaction at a time. Its cache holds every head's keys, then values; the keys of all distances are computed once, and
/// packed like weights.
/// </summary>
sealed class RelativeLayer : DecoderLayer
{
    readonly int _index, _heads, _width, _headWidth;
    readonly float[] _attentionNorm, _attentionNormBias, _contentBias, _positionBias, _feedNorm, _feedNormBias, _upBias, _downBias;
    readonly float[] _queryKeyValue, _merge, _up, _down; // packed
    readonly float[][] _distances; // packed, of each head
    readonly float[] _normed, _projected, _query, _scores, _byDistance, _seen, _part, _hidden;
    readonly int[] _tiles;

    internal RelativeLayer(EncoderConfig config, int index, Func<string, float[]> weights)
    {
        (_index, _heads, _width, _headWidth) = (index, config.Heads, config.Width, config.HeadWidth);
        (_attentionNorm, _attentionNormBias) = (weights("attention_norm.weight"), weights("attention_norm.bias"));
        (_contentBias, _positionBias) = (weights("attention.content_bias"), weights("attention.position_bias"));
        (_feedNorm, _feedNormBias) = (weights("feed_norm.weight"), weights("feed_norm.bias"));
        (_upBias, _downBias) = (weights("up.bias"), weights("down.bias"));
        _queryKeyValue = Kernels.Pack(weights("attention.query_key_value.weight"), 3 * _width, _width);
        _merge = Kernels.Pack(weights("attention.merge.weight"), _width, _width);
        _up = Kernels.Pack(weights("up.weight"), config.Hidden, _width);
        _down = Kernels.Pack(weights("down.weight"), _width, config.Hidden);
        _distances = Distances(config, Kernels.Pack(weights("attention.position.weight"), _width, _width));

        int places = Kernels.RoundUp(config.Context, Kernels.Lanes);
        _tiles = [.. Enumerable.Range(0, places / Kernels.Lanes).Select(tile => tile * 2 * _width * Kernels.Lanes)];
        (_normed, _query, _seen, _scores) = (new float[_width], new float[_headWidth], new float[_width], new float[places]);
        (_projected, _part) = (Kernels.Tiles(3 * _width), Kernels.Tiles(_width));
        (_hidden, _byDistance) = (Kernels.Tiles(config.Hidden), Kernels.Tiles(config.Context));
    }

    internal override void Step(Span<float> x, in DecoderStep step, bool rememberOnly)
    {
        Kernels.LayerNorm(x, _attentionNorm, _attentionNormBias, _normed);
        Kernels.Multiply(_queryKeyValue, _normed, _projected);
        step.Cache.Write(_index, step.Place, _projected.AsSpan(_width, 2 * _width));
        if (rememberOnly) return;
        for (int head = 0; head < _heads; head++) Attend(step.Cache.Tiles(_index), step.Place, head);
        Kernels.Multiply(_merge, _seen, _part);
        Kernels.Add(_part, x);
        Kernels.LayerNorm(x, _feedNorm, _feedNormBias, _normed);
        Kernels.Multiply(_up, _normed, _hidden);
        var hidden = _hidden.AsSpan(0, _upBias.Length);
        Kernels.Add(_upBias, hidden);
        TensorPrimitives.Max(hidden, 0, hidden);
        Kernels.Multiply(_down, hidden, _part);
        Kernels.Add(_downBias, _part.AsSpan(0, _width));
        Kernels.Add(_part, x);
    }

    /// <summary>A head's mean of the values up to the place, weighted by its query's match with their keys and with their distances.</summary>
    void Attend(ReadOnlySpan<float> memory, int place, int head)
    {
        int at = head * _headWidth, count = place / Kernels.Lanes + 1;
        var scores = _scores.AsSpan(0, count * Kernels.Lanes);
        var keys = memory[(at * Kernels.Lanes)..];
        SetQuery(at, _contentBias);
        for (int i = 0; i < count; i++)
            Kernels.Match(keys.Slice(_tiles[i], _headWidth * Kernels.Lanes), _query, 1, scores[(i * Kernels.Lanes)..], 0);
        SetQuery(at, _positionBias);
        Kernels.Multiply(_distances[head], _query, _byDistance.AsSpan(0, Kernels.RoundUp(place + 1, Kernels.Tile)));
        for (int i = 0; i <= place; i++) scores[i] += _byDistance[place - i];
        scores[(place + 1)..].Fill(float.NegativeInfinity);
        Kernels.Softmax(scores);
        Kernels.Mix(memory[((_width + at) * Kernels.Lanes)..], _tiles.AsSpan(0, count), scores, _seen.AsSpan(at, _headWidth));
    }

    /// <summary>The head's query and a bias, divided by the square root of its width, as attention asks.</summary>
    void SetQuery(int at, float[] bias)
    {
        float scale = 1 / MathF.Sqrt(_headWidth);
        for (int i = 0; i < _headWidth; i++) _query[i] = (_projected[at + i] + bias[at + i]) * scale;
    }

    /// <summary>Every head's keys of the distances from 0 to the longest context's, packed: (distances, D) each.</summary>
    float[][] Distances(EncoderConfig config, float[] position)
    {
        float[] table = RelativeDistances.Table(config.Context, _width), keys = new float[config.Context * _width], row = Kernels.Tiles(_width);
        for (int i = 0; i < config.Context; i++)
        {
            Kernels.Multiply(position, table.AsSpan(i * _width, _width), row);
            for (int j = 0; j < _width; j++) keys[(((j / _headWidth * config.Context) + i) * _headWidth) + (j % _headWidth)] = row[j];
        }
        int length = config.Context * _headWidth;
        return [.. Enumerable.Range(0, _heads).Select(head => Kernels.Pack(keys[(head * length)..((head + 1) * length)], config.Context, _headWidth))];
    }
}
