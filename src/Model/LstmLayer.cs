using System.Numerics.Tensors;

namespace Vigil.Model;

/// <summary><see cref="LstmBlock"/> one transaction at a time. Its cache holds the state after every place, of which a step reads the last.</summary>
sealed class LstmLayer : DecoderLayer
{
    readonly int _index, _width;
    readonly float[] _norm, _weights, _bias; // _weights: packed, of the normed stream and then of the hidden state
    readonly float[] _inputs, _gates, _state, _part; // _state: hidden, then cell

    internal LstmLayer(EncoderConfig config, int index, Func<string, float[]> weights)
    {
        (_index, _width) = (index, config.Width);
        _norm = weights("norm.weight");
        _weights = Kernels.Pack(SideBySide(weights("lstm.weight_ih_l0"), weights("lstm.weight_hh_l0"), _width), 4 * _width, 2 * _width);
        _bias = [.. weights("lstm.bias_ih_l0").Zip(weights("lstm.bias_hh_l0"), (x, y) => x + y)];
        (_inputs, _gates, _state, _part) = (new float[2 * _width], Kernels.Tiles(4 * _width), new float[2 * _width], new float[_width]);
    }

    internal override void Step(Span<float> x, in DecoderStep step, bool rememberOnly)
    {
        if (step.Place == 0) Array.Clear(_state);
        else step.Cache.Read(_index, step.Place - 1, _state);
        Span<float> hidden = _state.AsSpan(0, _width), cell = _state.AsSpan(_width);
        Kernels.RmsNorm(x, _norm, _inputs.AsSpan(0, _width));
        hidden.CopyTo(_inputs.AsSpan(_width));
        Kernels.Multiply(_weights, _inputs, _gates);
        Kernels.Add(_bias, _gates.AsSpan(0, 4 * _width));

        TensorPrimitives.Sigmoid(Gate(0), Gate(0)); // input
        TensorPrimitives.Sigmoid(Gate(1), Gate(1)); // forget
        TensorPrimitives.Tanh(Gate(2), Gate(2)); // cell
        TensorPrimitives.Sigmoid(Gate(3), Gate(3)); // output
        TensorPrimitives.Multiply(Gate(0), Gate(2), _part);
        TensorPrimitives.MultiplyAdd(Gate(1), cell, _part, cell);
        TensorPrimitives.Tanh(cell, _part);
        TensorPrimitives.Multiply(Gate(3), _part, hidden);
        step.Cache.Write(_index, step.Place, _state);
        if (!rememberOnly) hidden.CopyTo(x);
    }

    Span<float> Gate(int gate) => _gates.AsSpan(gate * _width, _width);

    /// <summary>Two matrices of as many rows as one.</summary>
    static float[] SideBySide(float[] left, float[] right, int width)
    {
        float[] both = new float[left.Length + right.Length];
        for (int row = 0; row < left.Length / width; row++)
        {
            left.AsSpan(row * width, width).CopyTo(both.AsSpan(2 * row * width));
            right.AsSpan(row * width, width).CopyTo(both.AsSpan((2 * row * width) + width));
        }
        return both;
    }
}
