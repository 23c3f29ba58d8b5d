<?php

declare(strict_types=1);

namespace Desk\Attachment;

/** A ticket as the API shows it. */
final class TicketView
{
    public function __construct(private readonly string $storage)
    {
    }

    /**
     * @param array{id: int, subject: string, attachments: list<string>} $ticket
     * @return array<string, mixed>
     */
    public function show(Customer $customer, array $ticket): array
    {
        $attachments = [];
        foreach ($ticket['attachments'] as $path) {
            $file = $this->storage . '/' . $customer->shortName . '/' . $path;
            $attachments[] = ['name' => basename($path), 'content' => base64_encode((string) file_get_contents($file))];
        }

        return ['id' => $ticket['id'], 'subject' => $ticket['subject'], 'attachments' => $attachments];
    }
}
