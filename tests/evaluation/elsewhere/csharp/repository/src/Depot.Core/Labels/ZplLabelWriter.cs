using Depot.Core.Stock;

namespace Depot.Core.Labels;

/// <summary>For the printers at the gates.</summary>
public class ZplLabelWriter : ILabelWriter
{
    private readonly int _darkness;

    public ZplLabelWriter()
        : this(15)
    {
    }

    public ZplLabelWriter(int darkness)
    {
        _darkness = darkness;
    }

    public string Write(StockItem item)
    {
        return $"^XA~SD{_darkness}^FO20,20^BCN,80^FD{item.Sku}^FS^FO20,120^FD{item.Name.Replace("^", " ")}^FS^XZ";
    }
}
