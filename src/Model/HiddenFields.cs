using static TorchSharp.torch;

namespace Vigil.Model;

/// <summary>Which fields of a batch's own rows are hidden, and what they hold.</summary>
sealed class HiddenFields
{
    /// <summary>The class of a field that is shown: cross entropy passes over it.</summary>
    internal const long Ignored = -100;

    readonly int _rows, _length, _own, _fields;
    readonly bool[] _hidden;  // [window][transaction, memory included][field]
    readonly long[] _targets; // [field][window][own transaction]

    /// <summary>Hides each field of each row that is learnt with the given chance.</summary>
    /// <param name="windows">The batch.</param>
    /// <param name="batch">Its tensors, for their shape.</param>
    /// <param name="fields">How many a transaction has.</param>
    /// <param name="share">The chance, 0 to 1.</param>
    /// <param name="random">Draws it.</param>
    /// <param name="targetOf">The class of a segment's row and field.</param>
    internal HiddenFields(
        TrainingWindow[] windows, EncoderBatch batch, int fields, double share, Random random, Func<TrainingSegment, int, int, long> targetOf)
    {
        (_rows, _length, _fields) = (windows.Length, (int)batch.Numeric.shape[1], fields);
        _own = _length - batch.First;
        _hidden = new bool[_rows * _length * fields];
        _targets = new long[fields * _rows * _own];
        Array.Fill(_targets, Ignored);
        for (int i = 0; i < _rows; i++)
        {
            var own = windows[i].Own;
            for (int row = 0; row < own.Count; row++)
            {
                if (own.Roles[row] is not (RowRole.Train or RowRole.Unlabelled)) continue;
                for (int field = 0; field < fields; field++)
                {
                    if (random.NextDouble() >= share) continue;
                    _hidden[(((i * _length) + batch.First + row) * fields) + field] = true;
                    _targets[(((field * _rows) + i) * _own) + row] = targetOf(own, row, field);
                    Count++;
                }
            }
        }
    }

    /// <summary>Fields hidden.</summary>
    internal int Count { get; private set; }

    /// <summary>1 for each of the first fields that is shown, 0 for each hidden; and a last one that always is: (B, T, fields + 1).</summary>
    internal Tensor ShownNumbers(int fields, Device device)
    {
        float[] shown = new float[_rows * _length * (fields + 1)];
        for (int place = 0; place < _rows * _length; place++)
        {
            for (int field = 0; field < fields; field++) shown[(place * (fields + 1)) + field] = _hidden[(place * _fields) + field] ? 0 : 1;
            shown[(place * (fields + 1)) + fields] = 1;
        }
        return tensor(shown, [_rows, _length, fields + 1], device: device);
    }

    /// <summary>1 for each field from one on that is shown, 0 for each hidden: (B, T, fields - from), whole numbers.</summary>
    internal Tensor ShownCategories(int from, Device device)
    {
        int count = _fields - from;
        long[] shown = new long[_rows * _length * count];
        for (int i = 0; i < shown.Length; i++) shown[i] = _hidden[(i / count * _fields) + from + (i % count)] ? 0 : 1;
        return tensor(shown, [_rows, _length, count], device: device);
    }

    /// <summary>The classes of one field, <see cref="Ignored"/> where it is shown: (B · Q).</summary>
    internal Tensor Targets(int field, Device device) => tensor(_targets.AsMemory(field * _rows * _own, _rows * _own), [_rows * _own], device: device);
}
