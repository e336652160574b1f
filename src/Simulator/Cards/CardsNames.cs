using System.Buffers.Text;
using Vigil.Ingest;

namespace Vigil.Simulator.Cards;

/// <summary>
/// Numbered names, all of one length, in one array: a letter and eight digits. No run of digits in a world is long enough to be a card number.
/// </summary>
sealed class CardsNames
{
    const int Length = 9;

    readonly byte[] _names;

    /// <summary>Names of the numbers from 0 on.</summary>
    internal CardsNames(char letter, int count)
    {
        _names = new byte[Length * count];
        for (int number = 0; number < count; number++)
        {
            Span<byte> name = _names.AsSpan(Length * number, Length);
            name[0] = (byte)letter;
            Utf8Formatter.TryFormat(number, name[1..], out _, new('D', Length - 1));
        }
    }

    internal Utf8Text this[int number] => new(_names.AsMemory(Length * number, Length));
}
